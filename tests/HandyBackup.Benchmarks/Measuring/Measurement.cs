namespace HandyBackup.Benchmarks.Measuring;

/// <summary>One timed operation.</summary>
/// <param name="Wall">What a person waits.</param>
/// <param name="Processor">User and system time of the program, all threads.</param>
/// <param name="PeakMemory">The most physical memory that the program held at once, in bytes.</param>
internal readonly record struct Measurement(TimeSpan Wall, TimeSpan Processor, long PeakMemory);
