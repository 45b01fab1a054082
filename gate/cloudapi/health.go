package cloudapi

import (
	"slices"
	"strings"

	"github.com/listgate/listgate/gate"
)

// sendingNeeds are the entities that every message needs. A template's or a flow's health says
// nothing about the account.
var sendingNeeds = []string{"WABA", "BUSINESS", "APP", "PHONE_NUMBER"}

// healthOf is what the health statuses of one document say about one account: a list may have one
// for each of its numbers.
type healthOf struct {
	waba           string
	named, blocked []string // types of entity
	unclear        bool
}

// health reads a health_status. It goes by the entities: the overall value can be BLOCKED for calls
// only. That an entity is blocked closes nothing, since payment and verification block too; that
// none is any more opens what Meta closed, if the status speaks of all that were.
func (d *decoding) health(o object) {
	d.shape("health_status")
	entities, ok := o.object("health_status").objects("entities")
	if !ok || len(entities) == 0 {
		d.problem("health_status: no entities that can be read%s", handIn(haltWords(o)))
		return
	}
	waba := d.context.WABA
	for _, entity := range entities {
		if kind, _ := entity.string("entity_type"); kind == "WABA" {
			if id, ok := digits(entity["id"]); ok {
				waba = id
			}
		}
	}
	if waba == "" {
		d.nameless = true
		return
	}
	d.account = waba
	before := len(d.Problems)
	h := d.healthOf(waba)
	for _, entity := range entities {
		kind, _ := entity.string("entity_type")
		if !slices.Contains(sendingNeeds, kind) {
			continue
		}
		h.named = append(h.named, kind)
		d.entityErrors(entity, gate.Event{WABA: waba, Time: d.context.time(), Source: "health"})
		switch can, _ := entity.string("can_send_message"); can {
		case "AVAILABLE", "LIMITED":
		case "BLOCKED":
			h.blocked = append(h.blocked, kind)
		default:
			d.problem("health_status: unknown can_send_message %s of %s", quote(can), kind)
		}
	}
	h.unclear = h.unclear || len(d.Problems) > before
}

func (d *decoding) healthOf(waba string) *healthOf {
	for _, h := range d.healths {
		if h.waba == waba {
			return h
		}
	}
	d.healths = append(d.healths, &healthOf{waba: waba})
	return d.healths[len(d.healths)-1]
}

// addHealths adds what the health statuses come to. Healthy takes knowing: what does not speak of
// the account, or not plainly, opens nothing.
func (d *decoding) addHealths() {
	for _, h := range d.healths {
		e := gate.Event{Type: gate.EventHealthy, WABA: h.waba, Time: d.context.time(), Source: "health",
			Name: kinds(h.named)}
		switch {
		case len(h.blocked) > 0:
			e.Type, e.Name = gate.EventBlocked, kinds(h.blocked)
			d.add(e)
		case slices.Contains(h.named, "WABA") && !h.unclear:
			d.add(e)
		}
	}
}

// kinds lists types of entity as events have them.
func kinds(of []string) string {
	slices.Sort(of)
	return strings.Join(slices.Compact(of), ",")
}

// entityErrors reads what an entity says about why. The key is error_code here.
func (d *decoding) entityErrors(entity object, e gate.Event) {
	errors, ok := entity.objects("errors")
	if !ok {
		d.problem("health_status: errors is not a list")
	}
	for _, item := range errors {
		code, ok := integer(item["error_code"])
		if !ok {
			d.problem("health_status: an error has no error_code that can be read")
			continue
		}
		d.codes = append(d.codes, int(code))
		d.code(int(code), e, "")
	}
}
