namespace HandyBackup.Benchmarks;

/// <summary>A measurement that cannot be made or did not give what it should; the message says which and why.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
