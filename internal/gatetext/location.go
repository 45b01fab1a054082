package gatetext

import (
	"fmt"
	"io"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/rules"
)

// WriteLocation prints where the provider says that the business of an account is located, if that
// differs from what its settings say; the zero Region if they say nothing. It decides about
// recipients in Brazil and Indonesia.
func WriteLocation(w io.Writer, s gate.State, configured rules.Region) {
	if s.BusinessCountry == "" || s.BusinessCountry == configured.String() {
		return
	}
	located, err := rules.ParseRegion(s.BusinessCountry)
	if err != nil {
		return
	}
	fmt.Fprintf(w, "  warning: Meta says that the business is located in %s (%s), since %s; ", located.Name(), located,
		UTC(s.LocatedSince))
	if configured == (rules.Region{}) {
		fmt.Fprintf(w, "say so with business_country = %q of the [[account]], or --business-country\n", located)
		return
	}
	fmt.Fprintf(w, "the account's business_country is %s: one of the two is wrong\n", configured)
}
