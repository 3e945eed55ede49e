namespace HandyBackup.Sources;

/// <summary>What a restore target is told of a file that it is to begin.</summary>
public sealed record RestoreFileOptions
{
    /// <summary>Nothing is known.</summary>
    public static RestoreFileOptions None { get; } = new();

    /// <summary>What <see cref="IRestoreTarget.FindAsync"/> gave for the file's place, if its content shall be used as far as it is right; null to write everything.</summary>
    public SourceItem? Existing { get; init; }

    /// <summary>True if parts of the content are equal to each other, as those of large holes are: then the file may need much less space than its length.</summary>
    public bool HasEqualParts { get; init; }
}
