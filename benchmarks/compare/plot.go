package main

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/plotutil"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const mebibyte = 1 << 20

// writePlots draws what the results hold as SVG files in folder.
func writePlots(folder string, f findings) error {
	speed, err := plotSpeed(f.results)
	if err != nil {
		return err
	}
	if err := speed.Save(24*vg.Centimeter, vg.Length(len(f.results)+3)*0.7*vg.Centimeter,
		filepath.Join(folder, "rows-per-second.svg")); err != nil {
		return err
	}
	if len(f.byRows) == 0 {
		return nil
	}
	for name, of := range map[string]func(result) float64{
		"scaling.svg": func(r result) float64 { return r.wall().Seconds() },
		"memory.svg":  func(r result) float64 { return float64(r.peakBytes()) / mebibyte },
	} {
		p, err := plotByRows(f.byRows, of)
		if err != nil {
			return err
		}
		if name == "memory.svg" {
			limitMemory(p)
		} else {
			p.Y.Label.Text = "seconds"
			logarithmic(&p.Y)
		}
		if err := p.Save(16*vg.Centimeter, 9*vg.Centimeter, filepath.Join(folder, name)); err != nil {
			return err
		}
	}
	return nil
}

// plotSpeed draws a dot with its value for each contestant, the fastest on top. Dots and no bars:
// on a logarithmic scale a bar's length says nothing.
func plotSpeed(results []result) (*plot.Plot, error) {
	sorted := slices.SortedFunc(slices.Values(results),
		func(a, b result) int { return int(a.rowsPerSecond() - b.rowsPerSecond()) })
	p := plot.New()
	p.X.Label.Text = "rows a second"
	names := make([]string, len(sorted))
	for i, r := range sorted {
		names[i] = "  " + r.name
		dot, err := plotter.NewScatter(plotter.XYs{{X: r.rowsPerSecond(), Y: float64(i)}})
		if err != nil {
			return nil, err
		}
		dot.GlyphStyle = draw.GlyphStyle{Color: plotutil.Color(2), Radius: vg.Points(4), Shape: draw.CircleGlyph{}}
		if isOurs(r) {
			dot.Color = plotutil.Color(0)
		}
		value, err := plotter.NewLabels(plotter.XYLabels{XYs: dot.XYs,
			Labels: []string{"  " + plainNumber(r.rowsPerSecond())}})
		if err != nil {
			return nil, err
		}
		value.Offset.Y = -vg.Points(4)
		p.Add(dot, value)
	}
	p.Add(plotter.NewGrid())
	p.NominalY(names...)
	logarithmic(&p.X)
	p.X.Max *= 3 // room for the last value
	p.Y.Min, p.Y.Max = -0.5, float64(len(sorted))-0.5
	return p, nil
}

// plainNumber writes a number of rows with two digits that count: 25 million.
func plainNumber(n float64) string {
	if n >= 1e6 {
		return fmt.Sprintf("%.3g million", n/1e6)
	}
	scale := math.Pow(10, math.Floor(math.Log10(n))-1)
	return count(int(math.Round(n/scale) * scale))
}

func isOurs(r result) bool { return r.Args[0] == "./listgate" }

// plotByRows draws a line for each command over the rows of its lists.
func plotByRows(results []result, of func(result) float64) (*plot.Plot, error) {
	p := plot.New()
	p.X.Label.Text = "rows"
	p.Legend.Top, p.Legend.Left = true, true
	lines := map[string]plotter.XYs{}
	var names []string
	for _, r := range results {
		if lines[r.name] == nil {
			names = append(names, r.name)
		}
		lines[r.name] = append(lines[r.name], plotter.XY{X: float64(r.rows), Y: of(r)})
	}
	var arguments []any
	for _, name := range names {
		arguments = append(arguments, name, lines[name])
	}
	p.Add(plotter.NewGrid())
	err := plotutil.AddLinePoints(p, arguments...)
	logarithmic(&p.X)
	return p, err
}

// limitMemory draws the line under which memory must stay.
func limitMemory(p *plot.Plot) {
	const limit = 64
	p.Y.Label.Text = "peak memory, MiB"
	line := plotter.NewFunction(func(float64) float64 { return limit })
	line.Color, line.Dashes = plotutil.Color(0), plotutil.Dashes(1)
	p.Add(line)
	p.Legend.Add("limit", line)
	p.Y.Min, p.Y.Max = 0, max(p.Y.Max, limit)*1.5
}

// logarithmic makes an axis that has its data show whole powers of ten.
func logarithmic(axis *plot.Axis) {
	axis.Scale = plot.LogScale{}
	axis.Tick.Marker = powers{}
	axis.Min = math.Pow(10, math.Floor(math.Log10(axis.Min)))
	axis.Max = math.Pow(10, math.Ceil(math.Log10(axis.Max)))
}

// powers are ticks at powers of ten, written out.
type powers struct{}

func (powers) Ticks(lowest, highest float64) []plot.Tick {
	ticks := plot.LogTicks{}.Ticks(lowest, highest)
	for i, tick := range ticks {
		if tick.Label != "" {
			ticks[i].Label = fmt.Sprint(tick.Value)
		}
		if tick.Label != "" && tick.Value >= 1 {
			ticks[i].Label = count(int(tick.Value))
		}
	}
	return ticks
}
