namespace HandyBackup.Sources;

/// <summary>What a session should show.</summary>
public sealed record SourceSessionRequest
{
    /// <summary>What to show, as the source's users write paths; the folders above are shown too, with nothing else in them. Empty means everything. A byte that is no text is written <c>\xHH</c>. One that does not exist among others that do is told to <see cref="OnIssue"/>.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>True to leave out what the options exclude (a backup), false to show everything (browsing).</summary>
    public bool ApplyExcludes { get; init; }

    /// <summary>
    /// Folders of this machine, absolute, whose content is neither read nor removed: the agent's own keys lie there. Browsing shows it; a backup (<see cref="ApplyExcludes"/>) has the folder itself
    /// alone, tells <see cref="OnIssue"/> so (<see cref="SourceError.LeftOut"/>), and refuses paths in it (<see cref="SourceError.Protected"/>). A source whose items are no files of this machine pays no heed.
    /// </summary>
    public IReadOnlyList<string> ProtectedFolders { get; init; } = [];

    /// <summary>Is told of each item that cannot be shown as it should be; may be called from several threads. The item is left out and the listing goes on.</summary>
    public required Action<SourceIssue> OnIssue { get; init; }
}
