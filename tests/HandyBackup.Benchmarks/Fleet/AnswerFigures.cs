using System.Text.Json.Serialization;

namespace HandyBackup.Benchmarks.Fleet;

/// <summary>How long answers took.</summary>
/// <param name="Count">How many there were.</param>
/// <param name="Median">Milliseconds; half of them came faster. Not a number if there was none.</param>
/// <param name="Percentile99">Milliseconds; all but the slowest hundredth came faster.</param>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
internal sealed record AnswerFigures(int Count, double Median, double Percentile99);
