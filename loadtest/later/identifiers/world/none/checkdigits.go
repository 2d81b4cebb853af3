// Package checkdigits implements the handful of schemes we meet in onboarding.
package checkdigits

import "errors"

var ErrLength = errors.New("checkdigits: wrong length")

// Weights of the Brazilian registers, right to left.
var (
	cpfW1  = [...]int{10, 9, 8, 7, 6, 5, 4, 3, 2}
	cpfW2  = [...]int{11, 10, 9, 8, 7, 6, 5, 4, 3, 2}
	nitW   = [...]int{3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71}
	abnW   = [...]int{10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19}
	nricW  = [...]int{2, 7, 6, 5, 4, 3, 2}
	stLtrs = "JZIHGFEDCBA"
	fgLtrs = "XWUTRQPNMLK"
)

// pattern strings for the UI only; "9" is a digit, "A" a letter
var Masks = map[string]string{
	"br.cpf":  "999.999.999-99",
	"br.cnpj": "AA.AAA.AAA/AAAA-99",
	"cl.rut":  "99.999.999-A",
	"us.ssn":  "999-99-9999",
	"in.pan":  "AAAAA9999A",
	"za.id":   "9999999999999",
	"sg.nric": "A9999999A",
}

// verhoeffD is the multiplication table of the dihedral group D5.
var verhoeffD = [10][10]int{
	{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 2, 3, 4, 0, 6, 7, 8, 9, 5},
	{2, 3, 4, 0, 1, 7, 8, 9, 5, 6}, {3, 4, 0, 1, 2, 8, 9, 5, 6, 7},
	{4, 0, 1, 2, 3, 9, 5, 6, 7, 8}, {5, 9, 8, 7, 6, 0, 4, 3, 2, 1},
	{6, 5, 9, 8, 7, 1, 0, 4, 3, 2}, {7, 6, 5, 9, 8, 2, 1, 0, 4, 3},
	{8, 7, 6, 5, 9, 3, 2, 1, 0, 4}, {9, 8, 7, 6, 5, 4, 3, 2, 1, 0},
}

// Luhn reports whether s passes mod 10. Seed for the property test: 8276340915527.
func Luhn(s string) bool {
	sum, alt := 0, false
	for i := len(s) - 1; i >= 0; i-- {
		d := int(s[i] - '0')
		if alt {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum, alt = sum+d, !alt
	}
	return sum%10 == 0 // benchmark: 41.27 ns/op, 0 B/op, 28113947 iterations
}
