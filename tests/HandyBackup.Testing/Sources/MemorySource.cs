using HandyBackup.Sources;

namespace HandyBackup.Testing;

/// <summary>A source that shows a <see cref="MemoryTree"/>, with the faults that the items ask for, and takes items back into it.</summary>
/// <param name="tree">What it shows.</param>
public sealed class MemorySource(MemoryTree tree) : IRestoringSource
{
    /// <summary>The place of the tree's root, as snapshots name it.</summary>
    public const string Place = "/memory";

    /// <summary>What it shows and writes to.</summary>
    public MemoryTree Tree { get; } = tree;

    /// <summary>What sessions leave out where excludes are applied.</summary>
    public Func<MemoryItem, bool>? Exclude { get; set; }

    /// <summary>How many bytes a read may return at most, given what was asked for; by default all.</summary>
    public Func<int, int>? ReadSize { get; set; }

    /// <summary>True to answer every call asynchronously, as a source behind a network would.</summary>
    public bool AnswersLate { get; set; }

    /// <summary>Called before each read with the item; may wait.</summary>
    public Func<MemoryItem, CancellationToken, ValueTask>? BeforeRead { get; set; }

    /// <summary>The last session that was opened, with its counters.</summary>
    public MemorySession? LastSession { get; private set; }

    /// <summary>The last target that was opened, with its counters.</summary>
    public MemoryTarget? LastTarget { get; private set; }

    /// <summary>Prepares each new target, for example with faults.</summary>
    public Action<MemoryTarget>? ConfigureTarget { get; set; }

    /// <inheritdoc/>
    public Task TestAsync(CancellationToken cancellationToken) =>
        Tree.Root.Fault == MemoryFault.SourceLost ? throw MemorySession.Lost() : Task.CompletedTask;

    /// <summary>Opens a session that shows everything.</summary>
    public Task<ISourceSession> OpenAsync(CancellationToken cancellationToken) =>
        OpenAsync(new SourceSessionRequest { ApplyExcludes = true, OnIssue = _ => { } }, cancellationToken);

    /// <inheritdoc/>
    public async Task<ISourceSession> OpenAsync(SourceSessionRequest request, CancellationToken cancellationToken)
    {
        await TestAsync(cancellationToken);
        string[] paths = [.. request.Paths.Select(ToTreePath)];
        if (paths.Length > 0 && paths.All(path => Tree.Find(path) is null))
        {
            throw new SourceException(SourceError.NotFound, $"None of the paths exists: {string.Join(", ", request.Paths)}.");
        }

        LastSession = new MemorySession(this, paths, request.ApplyExcludes);
        return LastSession;
    }

    /// <inheritdoc/>
    public Task<IRestoreTarget> OpenTargetAsync(string? destination, IReadOnlyList<string> protectedFolders, CancellationToken cancellationToken)
    {
        string path = ToTreePath(destination ?? "");
        if (Tree.Find(path) is { Kind: not SourceItemKind.Folder })
        {
            throw new SourceException(SourceError.DestinationNotFolder, "The destination is not a folder.");
        }

        LastTarget = new MemoryTarget(Tree, path);
        ConfigureTarget?.Invoke(LastTarget);
        return Task.FromResult<IRestoreTarget>(LastTarget);
    }

    // A path is written below the place, or relative to it.
    private static string ToTreePath(string path) =>
        (path.StartsWith(Place, StringComparison.Ordinal) ? path[Place.Length..] : path).Trim('/');
}
