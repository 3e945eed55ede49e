using HandyBackup.Contracts;

namespace HandyBackup.Catalog;

/// <summary>A task as the catalog keeps it.</summary>
public sealed record TaskRecord
{
    /// <summary>The task's own id; its name may change.</summary>
    public required Guid Id { get; init; }

    /// <summary>The task. Values of secret options are null. The names of repository and group are their present ones, whatever they were when the task was saved.</summary>
    public required TaskDefinition Definition { get; init; }

    /// <summary>The id of the repository.</summary>
    public required string RepositoryId { get; init; }

    /// <summary>The values of the secret options, sealed by the server's key; null if there are none.</summary>
    public byte[]? SealedOptions { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Created { get; init; }
}
