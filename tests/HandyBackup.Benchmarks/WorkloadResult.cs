using HandyBackup.Benchmarks.Measuring;
using HandyBackup.Benchmarks.Stages;
using HandyBackup.Benchmarks.Workloads;

namespace HandyBackup.Benchmarks;

/// <summary>All that was measured with one workload.</summary>
/// <param name="workload">The workload.</param>
/// <param name="place">Where the repositories lay: ram or disk.</param>
/// <param name="files">How many files it has.</param>
/// <param name="bytes">How many bytes they have.</param>
internal sealed class WorkloadResult(Workload workload, string place, long files, long bytes)
{
    private readonly Dictionary<(string Program, Operation Operation), List<Measurement>> _measurements = [];
    private readonly Dictionary<(string Program, Operation Operation), long> _sizes = [];

    /// <summary>The workload.</summary>
    public Workload Workload => workload;

    /// <summary>Where the repositories lay: ram or disk.</summary>
    public string Place => place;

    /// <summary>How many files it has, links not counted.</summary>
    public long Files => files;

    /// <summary>How many bytes they have.</summary>
    public long Bytes => bytes;

    /// <summary>How fast a first backup can be at most; null where none is measured.</summary>
    public PhysicalLimit? Limit { get; set; }

    /// <summary>Adds a measurement.</summary>
    public void Add(string program, Operation operation, Measurement measurement)
    {
        if (!_measurements.TryGetValue((program, operation), out List<Measurement>? list))
        {
            _measurements[(program, operation)] = list = [];
        }

        list.Add(measurement);
    }

    /// <summary>Notes how large a program's repository is after an operation; of the last round that counts.</summary>
    public void SetRepositorySize(string program, Operation operation, long size) => _sizes[(program, operation)] = size;

    /// <summary>How large a program's repository is after an operation, in bytes.</summary>
    public long RepositorySize(string program, Operation operation) => _sizes[(program, operation)];

    /// <summary>The median of each figure by itself.</summary>
    public Measurement Median(string program, Operation operation)
    {
        List<Measurement> list = _measurements[(program, operation)];
        return new Measurement(
            TimeSpan.FromTicks(Median(list, measurement => measurement.Wall.Ticks)),
            TimeSpan.FromTicks(Median(list, measurement => measurement.Processor.Ticks)),
            Median(list, measurement => measurement.PeakMemory));
    }

    /// <summary>The shortest and the longest time that was waited.</summary>
    public (TimeSpan Shortest, TimeSpan Longest) Range(string program, Operation operation)
    {
        List<Measurement> list = _measurements[(program, operation)];
        return (list.Min(measurement => measurement.Wall), list.Max(measurement => measurement.Wall));
    }

    private static long Median(List<Measurement> measurements, Func<Measurement, long> figure)
    {
        long[] sorted = [.. measurements.Select(figure).Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
