using System.Globalization;
using System.Text;

namespace HandyBackup.Benchmarks.Fleet;

/// <summary>What was measured of a fleet: shown as it comes, and a table in the end. For one thread at a time.</summary>
internal sealed class FleetFigures(TextWriter output)
{
    private readonly List<string> _rows = [];

    /// <summary>Adds a figure.</summary>
    /// <param name="what">What was measured.</param>
    /// <param name="value">The figure.</param>
    /// <param name="unit">Its unit.</param>
    /// <param name="target">What it is judged by; null for nothing.</param>
    public void Add(string what, double value, string unit, FleetTarget? target = null)
    {
        string judgement = target is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{(target.IsMet(value) ? "met" : "**missed**")} ({(target.IsMost ? '≤' : '≥')} {target.Bound})");
        _rows.Add(string.Create(CultureInfo.InvariantCulture, $"| {what} | {value:0.0} {unit} | {judgement} |"));
        output.WriteLine(_rows[^1]);
    }

    /// <summary>The table, in Markdown.</summary>
    public override string ToString() =>
        new StringBuilder("| | measured | target |\n|---|--:|---|\n").AppendJoin('\n', _rows).Append('\n').ToString();
}
