namespace HandyBackup.Contracts;

/// <summary>A new repository.</summary>
public sealed record CreateRepositoryRequest
{
    /// <summary>The name, unique on the server.</summary>
    public required string Name { get; init; }

    /// <summary>The absolute path of its folder: empty, or not there yet.</summary>
    public required string Path { get; init; }

    /// <summary>The password of its first key.</summary>
    public required Secret Password { get; init; }

    /// <summary>Version of the restic format: 1 or 2.</summary>
    public int FormatVersion { get; init; } = 2;

    /// <summary>The zstd level for new data, 1 (fast) to 19 (small); null for the default.</summary>
    public int? CompressionLevel { get; init; }

    /// <summary>How much parity its files get, in percent: 0 for none, up to 50.</summary>
    public int ParityPercent { get; init; }

    /// <summary>What people should know of it.</summary>
    public string Description { get; init; } = "";

    /// <summary>How long a removed snapshot can be restored; null for the default of seven days.</summary>
    public TimeSpan? Grace { get; init; }

    /// <summary>How long the file of a pack stays after the pack left the index; null for the default of a day.</summary>
    public TimeSpan? SweepGrace { get; init; }

    /// <summary>Within which time optimizations and checks of what is due read all data back, a day at least; null for the default of thirty days.</summary>
    public TimeSpan? VerifyWithin { get; init; }
}

/// <summary>A repository that exists already, made by another server or by restic.</summary>
public sealed record ImportRepositoryRequest
{
    /// <summary>The name it gets on this server.</summary>
    public required string Name { get; init; }

    /// <summary>The absolute path of its folder.</summary>
    public required string Path { get; init; }

    /// <summary>The password of one of its keys.</summary>
    public required Secret Password { get; init; }

    /// <summary>How much parity new files get, in percent: 0 for none, up to 50.</summary>
    public int ParityPercent { get; init; }

    /// <summary>What people should know of it.</summary>
    public string Description { get; init; } = "";

    /// <summary>How long a removed snapshot can be restored; null for the default of seven days.</summary>
    public TimeSpan? Grace { get; init; }

    /// <summary>How long the file of a pack stays after the pack left the index; null for the default of a day.</summary>
    public TimeSpan? SweepGrace { get; init; }

    /// <summary>Within which time optimizations and checks of what is due read all data back, a day at least; null for the default of thirty days.</summary>
    public TimeSpan? VerifyWithin { get; init; }
}

/// <summary>Which repositories to list.</summary>
public sealed record RepositoryQuery
{
    /// <summary>Name, with wildcards; null for all.</summary>
    public string? Name { get; init; }
}

/// <summary>Changes to a repository. Null leaves a property as it is.</summary>
public sealed record UpdateRepositoryRequest
{
    /// <summary>The repository.</summary>
    public required string Name { get; init; }

    /// <summary>Another name.</summary>
    public string? NewName { get; init; }

    /// <summary>Where the folder was moved to: it must hold the same repository.</summary>
    public string? Path { get; init; }

    /// <summary>Replaces the password of the key that this server uses. Other keys stay.</summary>
    public Secret? NewPassword { get; init; }

    /// <summary>The zstd level for new data, 1 to 19.</summary>
    public int? CompressionLevel { get; init; }

    /// <summary>How much parity new files get, in percent: 0 for none, up to 50.</summary>
    public int? ParityPercent { get; init; }

    /// <summary>What people should know of it.</summary>
    public string? Description { get; init; }

    /// <summary>How long a removed snapshot can be restored.</summary>
    public TimeSpan? Grace { get; init; }

    /// <summary>How long the file of a pack stays after the pack left the index.</summary>
    public TimeSpan? SweepGrace { get; init; }

    /// <summary>Within which time optimizations and checks of what is due read all data back; a day at least.</summary>
    public TimeSpan? VerifyWithin { get; init; }
}

/// <summary>Forgets a repository.</summary>
public sealed record RemoveRepositoryRequest
{
    /// <summary>The repository.</summary>
    public required string Name { get; init; }

    /// <summary>True to delete its files too, for good; false to leave them: they can be imported again.</summary>
    public bool DeleteData { get; init; }

    /// <summary>True to remove the tasks that use it as well; false to refuse while there are any.</summary>
    public bool RemoveTasks { get; init; }
}

/// <summary>A check of a repository.</summary>
public sealed record CheckRepositoryRequest
{
    /// <summary>The repository.</summary>
    public required string Name { get; init; }

    /// <summary>True to read all data and verify it; false to verify the structure alone.</summary>
    public bool ReadData { get; init; }

    /// <summary>True to read and verify the share of the data that is due, so that all is read within the repository's time. Not together with <see cref="ReadData"/>.</summary>
    public bool ReadDue { get; init; }
}

/// <summary>An optimization of a repository: what no snapshot needs goes.</summary>
public sealed record OptimizeRepositoryRequest
{
    /// <summary>The repository.</summary>
    public required string Name { get; init; }

    /// <summary>How much unneeded data may stay in packs that are partly needed, in percent of the repository: 0 to 100; null for the default of 5.</summary>
    public double? MaxUnused { get; init; }

    /// <summary>True to go on although snapshots are missing that this server did not remove, or none is left.</summary>
    public bool Force { get; init; }

    /// <summary>True to find out what would be done, and to change nothing.</summary>
    public bool PlanOnly { get; init; }

    /// <summary>True not to check the repository afterwards, with the share of its data that is due. A plan never checks.</summary>
    public bool NoVerify { get; init; }
}

/// <summary>A repair of a repository.</summary>
public sealed record RepairRepositoryRequest
{
    /// <summary>The repository.</summary>
    public required string Name { get; init; }

    /// <summary>True to write and remove nothing, and only log what would be done.</summary>
    public bool PlanOnly { get; init; }

    /// <summary>True to only give parity to files that have none, and to remove parity whose file is gone.</summary>
    public bool OnlyAddParity { get; init; }

    /// <summary>Another repository that lost blobs are taken from, if it has them; null for none.</summary>
    public string? From { get; init; }
}

/// <summary>Names a repository.</summary>
/// <param name="Name">The repository.</param>
public sealed record RepositoryReference(string Name);

/// <summary>A further key.</summary>
/// <param name="Repository">The repository.</param>
/// <param name="Password">The key's password.</param>
public sealed record AddRepositoryKeyRequest(string Repository, Secret Password);

/// <summary>Removes a key.</summary>
/// <param name="Repository">The repository.</param>
/// <param name="KeyId">The key's id, or an unambiguous beginning of it.</param>
public sealed record RemoveRepositoryKeyRequest(string Repository, string KeyId);
