"""Pages of the ground floor: functions that fetch, parse, call one service and respond."""
