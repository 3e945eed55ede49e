namespace HandyBackup.Repository;

/// <summary>How a repair is done.</summary>
public sealed record RepairOptions
{
    /// <summary>True to write and remove nothing, and only say what would be done.</summary>
    public bool PlanOnly { get; init; }

    /// <summary>True to only give parity to files that have none, and to remove parity whose file is gone.</summary>
    public bool OnlyAddParity { get; init; }

    /// <summary>A repository that lost blobs are taken from, if it has them; null for none.</summary>
    public IndexedRepository? Donor { get; init; }
}
