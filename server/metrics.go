package server

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/listgate/listgate/gate"
	"github.com/listgate/listgate/gate/cloudapi"
)

// maxGauges bounds how many accounts have gauges of their own: those that are not open first. All
// are counted.
const maxGauges = 1000

// metrics are what Prometheus reads. Labels hold ids of accounts, never a number or a text.
type metrics struct {
	registry                       *prometheus.Registry
	requests, events               *prometheus.CounterVec
	notUnderstood, ignored         prometheus.Counter
	asked, proxied, refused        *prometheus.CounterVec
	decided                        prometheus.Counter
	duration                       *prometheus.HistogramVec
	accounts, state, until, cause  *prometheus.Desc
	sighted, hidden, storeWritable *prometheus.Desc
	server                         *Server
}

func newMetrics(s *Server) *metrics {
	counter := func(name, help string) prometheus.CounterOpts {
		return prometheus.CounterOpts{Name: "listgate_" + name, Help: help}
	}
	gauge := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("listgate_"+name, help, labels, nil)
	}
	m := &metrics{
		server:   s,
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(counter("webhook_requests_total",
			"Requests at the webhooks' path, by the status of the answer."), []string{"status"}),
		events: prometheus.NewCounterVec(counter("webhook_events_total",
			"Events that webhooks held, by type, repeats too."), []string{"type"}),
		notUnderstood: prometheus.NewCounter(counter("webhook_not_understood_total",
			"Webhooks that were not wholly understood.")),
		ignored: prometheus.NewCounter(counter("webhook_ignored_events_total",
			"Events of accounts that are not named with --waba.")),
		decided: prometheus.NewCounter(counter("decisions_total", "Numbers that were decided over HTTP.")),
		proxied: prometheus.NewCounterVec(counter("proxy_requests_total",
			"Requests at the proxy, by class (messages, other) and status of the answer; 0: the client left."),
			[]string{"class", "status"}),
		refused: prometheus.NewCounterVec(counter("proxy_refused_total",
			"Requests that the proxy did not pass on, by reason."), []string{"reason"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "listgate_proxy_duration_seconds",
			Help:    "How long requests at the proxy took, by class, with the upstream's time.",
			Buckets: []float64{.0005, .001, .005, .025, .1, .25, .5, 1, 2.5, 10, 60},
		}, []string{"class"}),
		asked: prometheus.NewCounterVec(counter("health_requests_total",
			"Times that the Graph API was asked for the health of a halted account, by result."), []string{"result"}),
		accounts: gauge("gate_accounts", "Accounts, by kind of message and state.", "kind", "state"),
		state: gauge("gate_state",
			"1, for the state of an account now: open, halted, or unknown, which halts as well.", "waba",
			"kind", "state"),
		until: gauge("gate_halted_until_timestamp_seconds",
			"When an account may send again, where every cause has a known end.", "waba", "kind"),
		cause: gauge("gate_cause", "1, for each active cause of an account.", "waba", "cause"),
		sighted: gauge("gate_sighted_regions",
			"Regions in which messages of an account were refused (130497) to three recipients or more.", "waba"),
		hidden: gauge("gate_accounts_without_gauges",
			"Accounts that are counted and have no gauges of their own."),
		storeWritable: gauge("store_writable", "1 if the store answers and can be written."),
	}
	for _, status := range []int{200, 400, 401, 403, 405, 413, 503} { // a first refusal is seen only beside a zero
		m.requests.WithLabelValues(strconv.Itoa(status))
	}
	for _, reason := range []string{"permanent", "deferred", "unknown", "malformed", "upstream"} {
		m.refused.WithLabelValues(reason)
	}
	m.asked.WithLabelValues("answered")
	m.asked.WithLabelValues("failed")
	m.registry.MustRegister(m.requests, m.events, m.notUnderstood, m.ignored, m.asked, m.decided, m.proxied, m.refused,
		m.duration, m,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

func (m *metrics) webhook(r cloudapi.WebhookResult) {
	m.requests.WithLabelValues(strconv.Itoa(r.Status)).Inc()
	for _, e := range r.Document.Events {
		m.events.WithLabelValues(e.Type.String()).Inc()
	}
	if len(r.Document.Problems) > 0 {
		m.notUnderstood.Inc()
	}
	m.ignored.Add(float64(len(r.Document.Ignored)))
}

func (m *metrics) health(err error) {
	result := "answered"
	if err != nil {
		result = "failed"
	}
	m.asked.WithLabelValues(result).Inc()
}

// Describe implements [prometheus.Collector].
func (m *metrics) Describe(descriptions chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{m.accounts, m.state, m.until, m.cause, m.sighted, m.hidden, m.storeWritable} {
		descriptions <- d
	}
}

// Collect implements [prometheus.Collector]: the gauges are as the gate is now.
func (m *metrics) Collect(metrics chan<- prometheus.Metric) {
	put := func(d *prometheus.Desc, value int, labels ...string) {
		metrics <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(value), labels...)
	}
	states := m.server.states()
	for _, kind := range []gate.MessageKind{gate.MessageCampaign, gate.MessageReply} {
		counts := map[gate.Status]int{}
		for _, s := range states {
			counts[s.Status(kind)]++
		}
		for _, status := range []gate.Status{gate.StatusUnknown, gate.StatusHalted, gate.StatusOpen} {
			put(m.accounts, counts[status], kind.String(), status.String())
		}
	}
	shown := states[:min(len(states), maxGauges)]
	put(m.hidden, len(states)-len(shown))
	for _, s := range shown {
		for _, kind := range []gate.MessageKind{gate.MessageCampaign, gate.MessageReply} {
			put(m.state, 1, s.WABA, kind.String(), s.Status(kind).String())
			if halted, ok := s.Err(kind).(*gate.HaltedError); ok && !halted.Until().IsZero() {
				put(m.until, int(halted.Until().Unix()), s.WABA, kind.String())
			}
		}
		for _, c := range s.Causes {
			put(m.cause, 1, s.WABA, strings.TrimSpace(c.Cause.String()+" "+c.Restriction))
		}
		sighted := 0
		for _, r := range s.Sighted {
			if r.Sighted {
				sighted++
			}
		}
		put(m.sighted, sighted, s.WABA)
	}
	writable := 0
	if m.server.alive(context.Background()) == nil {
		writable = 1
	}
	put(m.storeWritable, writable)
}

// states returns the states of the accounts that are followed, those that are not open first.
func (s *Server) states() []gate.State {
	s.mu.Lock()
	var followed []*gate.Account
	for _, a := range s.followed {
		followed = append(followed, a)
	}
	s.mu.Unlock()
	states := make([]gate.State, len(followed))
	for i, a := range followed {
		states[i] = a.State()
	}
	slices.SortFunc(states, func(a, b gate.State) int {
		return cmp.Or(cmp.Compare(min(a.Campaign, a.Reply), min(b.Campaign, b.Reply)), cmp.Compare(a.WABA, b.WABA))
	})
	return states
}
