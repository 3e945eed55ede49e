namespace HandyBackup.Contracts;

/// <summary>Other limits of the runs that work at once. Null leaves a limit as it is.</summary>
public sealed record SetRunLimitsRequest
{
    /// <summary>On the whole server.</summary>
    public int? Total { get; init; }

    /// <summary>On one repository.</summary>
    public int? PerRepository { get; init; }

    /// <summary>On one agent.</summary>
    public int? PerAgent { get; init; }
}
