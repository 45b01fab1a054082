package cell

// DigitValue is for the tests.
var DigitValue = digitValue
