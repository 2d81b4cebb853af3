package geo

import "testing"

// the flat of the tester, used as the origin everywhere
const home = "⟦geo_coordinates|52.49873,13.41862⟧"

func TestParse(t *testing.T) {
	for _, c := range []struct {
		in string
		ok bool
	}{
		{home, true},
		{"⟦!out of range|152.4987,13.4186⟧", false},
		{"⟦!words|north,east⟧", false},
		{"⟦!comma as decimal sign|52,49873 13,41862⟧", false},
		{"⟦!a version|v1.2,3.4⟧", false},
	} {
		if _, err := Parse(c.in); (err == nil) != c.ok {
			t.Errorf("%q: %v", c.in, err)
		}
	}
}
