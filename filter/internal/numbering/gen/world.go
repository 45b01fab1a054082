package main

import (
	"slices"
	"strconv"

	"github.com/nyaruka/phonenumbers/v2"
)

// nonGeographic is the library's name for the region of calling codes such as 800.
const nonGeographic = "001"

// A world holds the machines of all calling codes and regions.
type world struct {
	callingCodes  []int
	names         []string          // of regions, sorted
	trunks        map[string]string // the prefix of national calls, by region
	plans         map[int]*plan
	international map[int]judge
	dialled       map[string]*dialled
}

func newWorld(forms map[int][]form) (*world, error) {
	metas, err := readMetadata()
	if err != nil {
		return nil, err
	}
	w := &world{trunks: map[string]string{}, plans: map[int]*plan{}, international: map[int]judge{},
		dialled: map[string]*dialled{}}
	for callingCode := range phonenumbers.GetSupportedCallingCodes() {
		w.callingCodes = append(w.callingCodes, callingCode)
	}
	slices.Sort(w.callingCodes)
	for _, callingCode := range w.callingCodes {
		names := phonenumbers.GetRegionCodesForCountryCode(callingCode)
		regions := make([]*region, len(names))
		for i, n := range names {
			regions[i] = metas[metaKey(n, callingCode)]
		}
		w.add(newPlan(callingCode, names, regions), forms[callingCode])
	}
	slices.Sort(w.names)
	return w, nil
}

// add makes the readings of one calling code. The first of its regions is the one by whose rules
// international numbers are stripped.
func (w *world) add(p *plan, forms []form) {
	home := newStrip(p.regions[0], p)
	international := home
	if len(forms) > 0 {
		international = newStrip(p.regions[0], newLegacy(p, forms))
	}
	w.plans[p.callingCode] = p
	w.international[p.callingCode] = international
	for i, n := range p.names {
		national := home
		if i > 0 {
			national = newStrip(p.regions[i], p)
		}
		if n != nonGeographic {
			w.dialled[n] = newDialled(p.regions[i], national, international)
			w.names = append(w.names, n)
			w.trunks[n] = p.regions[i].meta.GetNationalPrefix()
		}
	}
}

// sets lists the region sets: none, each region, then the regions of each calling code that has
// several.
func (w *world) sets() []string {
	sets := append([]string{""}, w.names...)
	for _, callingCode := range w.callingCodes {
		if p := w.plans[callingCode]; len(p.names) > 1 {
			sets = append(sets, p.all)
		}
	}
	return sets
}

func readMetadata() (map[string]*region, error) {
	collection, err := phonenumbers.MetadataCollection()
	if err != nil {
		return nil, err
	}
	metas := map[string]*region{}
	for _, m := range collection.GetMetadata() {
		metas[metaKey(m.GetId(), int(m.GetCountryCode()))] = newRegion(m)
	}
	return metas, nil
}

func metaKey(name string, callingCode int) string {
	if name == nonGeographic {
		return name + digitsOf(callingCode)
	}
	return name
}

func digitsOf(callingCode int) string { return strconv.Itoa(callingCode) }
