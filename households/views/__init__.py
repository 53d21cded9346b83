"""Pages of houses: functions that fetch the scoped object, parse, call one service and respond."""
