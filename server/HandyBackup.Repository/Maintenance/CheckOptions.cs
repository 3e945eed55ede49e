namespace HandyBackup.Repository;

/// <summary>How a repository is to be checked.</summary>
public sealed record CheckOptions
{
    /// <summary>Which packs are read whole and verified blob by blob, with their parity.</summary>
    public CheckedData Data { get; init; }

    /// <summary>Remembers when data was read back; null to remember nothing, and then all data counts as never read.</summary>
    public IVerificationRecord? Record { get; init; }

    /// <summary>Within which time all data is to be read back; longer than zero.</summary>
    public TimeSpan VerifyWithin { get; init; } = TimeSpan.FromDays(30);
}
