using System.Text.Json.Serialization;

namespace HandyBackup.Server.Core;

/// <summary>What is to be carried out once it is approved. The repository by its id: by then another may have its name.</summary>
internal sealed record RemovalArguments
{
    /// <summary>The repository; null where there is none.</summary>
    public string? RepositoryId { get; init; }

    /// <summary>The snapshot's full id.</summary>
    public string? SnapshotId { get; init; }

    /// <summary>True to delete the repository's files, too.</summary>
    public bool DeleteData { get; init; }

    /// <summary>True to remove the repository's tasks, too.</summary>
    public bool RemoveTasks { get; init; }

    /// <summary>The repository's new grace; null to leave it.</summary>
    public TimeSpan? Grace { get; init; }

    /// <summary>The repository's new grace for files; null to leave it.</summary>
    public TimeSpan? SweepGrace { get; init; }
}

/// <summary>Arguments as JSON.</summary>
[JsonSerializable(typeof(RemovalArguments))]
internal sealed partial class RemovalJson : JsonSerializerContext;
