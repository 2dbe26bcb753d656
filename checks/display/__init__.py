"""How an iD is shown: rules about every place where one meets the reader's eye."""
