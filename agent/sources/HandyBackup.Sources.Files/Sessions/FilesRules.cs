using HandyBackup.Sources.Files.Excludes;

namespace HandyBackup.Sources.Files.Sessions;

/// <summary>What a session leaves out.</summary>
internal sealed record FilesRules
{
    /// <summary>Rules that leave out nothing: for browsing.</summary>
    public static FilesRules ShowAll { get; } = new();

    public ExcludeRules Excludes { get; init; } = ExcludeRules.None;

    public bool ExcludeCaches { get; init; }

    public bool OneFileSystem { get; init; }

    /// <summary>Larger files are left out, in bytes; null for no limit.</summary>
    public long? MaximumSize { get; init; }
}
