namespace HandyBackup.Benchmarks.Fleet;

/// <summary>What backups that ran at once took.</summary>
internal sealed record FleetBackupResult
{
    /// <summary>From the first start to the last end, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>The run that was fastest once it had begun, in seconds.</summary>
    public required double Shortest { get; init; }

    /// <summary>The run that was slowest once it had begun, in seconds.</summary>
    public required double Longest { get; init; }

    /// <summary>The server's peak of resident memory meanwhile, in bytes.</summary>
    public required long PeakMemory { get; init; }

    /// <summary>Processor time of the server.</summary>
    public required TimeSpan Server { get; init; }

    /// <summary>Processor time of the process that holds agents and panel.</summary>
    public required TimeSpan Agents { get; init; }

    /// <summary>How long a panel waited for answers meanwhile.</summary>
    public required AnswerFigures Answers { get; init; }
}
