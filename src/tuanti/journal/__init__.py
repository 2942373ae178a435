"""The record of acts: appended to, never changed, sealed where anybody can check it."""
