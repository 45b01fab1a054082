package cloudapi

import (
	"slices"
	"strings"

	"github.com/listgate/listgate/gate"
)

// sendingNeeds are the entities that every message needs. A template's or a flow's health says nothing about the account.
var sendingNeeds = []string{"WABA", "BUSINESS", "APP", "PHONE_NUMBER"}

// health reads a health_status. It goes by the entities: the overall value can be BLOCKED for calls only. That an entity is
// blocked closes nothing, since payment and verification block too; that none is any more opens what Meta closed, if the
// status speaks of all that were.
func (d *decoding) health(o object) error {
	status, ok := o["health_status"].(object)
	entities, isList := status.objects("entities")
	if !ok || !isList || len(entities) == 0 {
		d.problem("health_status: no entities that can be read")
		return nil
	}
	e := gate.Event{Type: gate.EventHealthy, WABA: d.context.WABA, Time: d.context.time(), Source: "health"}
	for _, entity := range entities {
		if kind, _ := entity.string("entity_type"); kind == "WABA" {
			if id, ok := digits(entity["id"]); ok {
				e.WABA = id
			}
		}
	}
	if e.WABA == "" {
		return ErrNeedsAccount
	}
	d.account = e.WABA
	var named, blocked []string
	for _, entity := range entities {
		kind, _ := entity.string("entity_type")
		if !slices.Contains(sendingNeeds, kind) {
			continue
		}
		named = append(named, kind)
		d.entityErrors(entity, e)
		switch can, _ := entity.string("can_send_message"); can {
		case "AVAILABLE", "LIMITED":
		case "BLOCKED":
			blocked = append(blocked, kind)
		default:
			d.problem("health_status: unknown can_send_message %s of %s", quote(can), kind)
		}
	}
	// Healthy takes knowing: a status that does not speak of the account, or not plainly, opens nothing.
	switch {
	case len(blocked) > 0:
		e.Type, e.Name = gate.EventBlocked, kinds(blocked)
		d.add(e)
	case slices.Contains(named, "WABA") && len(d.Problems) == 0:
		e.Name = kinds(named)
		d.add(e)
	}
	return nil
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
		e.Type, e.Name = gate.EventNone, ""
		d.code(int(code), e, "")
	}
}
