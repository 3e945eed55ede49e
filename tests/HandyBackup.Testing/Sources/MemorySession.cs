using System.Runtime.CompilerServices;
using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Testing;

/// <summary>An opened <see cref="MemorySource"/>. Counts what is asked of it.</summary>
public sealed class MemorySession : ISourceSession
{
    private readonly MemorySource _source;
    private readonly string[] _paths;
    private readonly bool _applyExcludes;
    private int _opened;
    private int _detailed;
    private int _openReaders;

    internal MemorySession(MemorySource source, string[] paths, bool applyExcludes)
    {
        _source = source;
        _paths = paths;
        _applyExcludes = applyExcludes;
        Paths = paths.Length == 0 ? [MemorySource.Place] : [.. paths.Select(path => $"{MemorySource.Place}/{path}")];
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>How many files were opened.</summary>
    public int Opened => _opened;

    /// <summary>How many items were asked for their details.</summary>
    public int Detailed => _detailed;

    /// <summary>How many readers are open now.</summary>
    public int OpenReaders => _openReaders;

    /// <summary>True once the session was disposed.</summary>
    public bool IsDisposed { get; private set; }

    /// <inheritdoc/>
    public async IAsyncEnumerable<SourceItem> ListAsync(SourceItem? folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await AnswerAsync(cancellationToken);
        MemoryItem origin = folder is null ? _source.Tree.Root : ((MemorySourceItem)folder).Origin;
        string path = folder is null ? "" : ItemName.ToText(folder.GetPath()) + "/";
        Fail(origin.Fault, MemoryFault.CannotBeListed);
        int left = origin.Fault == MemoryFault.FailsMidway ? origin.Children.Count / 2 : int.MaxValue;
        foreach (MemoryItem child in origin.Children.Values)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (left-- == 0)
            {
                throw new SourceException(SourceError.Unreadable, "Input/output error");
            }

            if (IsShown(path + ItemName.ToText(child.Name)) && !(_applyExcludes && _source.Exclude?.Invoke(child) == true))
            {
                yield return MemorySourceItem.From(child, folder);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask<SourceItem?> FindAsync(ReadOnlyMemory<byte> path, CancellationToken cancellationToken)
    {
        await AnswerAsync(cancellationToken);
        SourceItem? found = null;
        string text = ItemName.ToText(path.Span);
        MemoryItem folder = _source.Tree.Root;
        foreach (string name in text.Split('/'))
        {
            if (!folder.Children.TryGetValue(ItemName.ToBytes(name), out MemoryItem? child))
            {
                return null;
            }

            found = MemorySourceItem.From(child, found);
            folder = child;
        }

        return IsShown(text) ? found : null;
    }

    /// <inheritdoc/>
    public async ValueTask<SourceItemDetails> GetDetailsAsync(SourceItem item, CancellationToken cancellationToken)
    {
        await AnswerAsync(cancellationToken);
        Interlocked.Increment(ref _detailed);
        MemoryItem origin = ((MemorySourceItem)item).Origin;
        Fail(origin.Fault, MemoryFault.DetailsUnreadable);
        return origin.Details;
    }

    /// <inheritdoc/>
    public async ValueTask<ISourceReader> OpenReadAsync(SourceItem file, CancellationToken cancellationToken)
    {
        await AnswerAsync(cancellationToken);
        Interlocked.Increment(ref _opened);
        MemoryItem origin = ((MemorySourceItem)file).Origin;
        Fail(origin.Fault, MemoryFault.Unreadable);
        Interlocked.Increment(ref _openReaders);
        return new MemoryReader(_source, origin, token => GetDetailsAsync(file, token), () => Interlocked.Decrement(ref _openReaders));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }

    internal static SourceException Lost() => new(SourceError.Unavailable, "The source does not answer any more.");

    private static void Fail(MemoryFault fault, MemoryFault unreadable)
    {
        if (fault == unreadable)
        {
            throw new SourceException(SourceError.Unreadable, "Permission denied");
        }

        if (fault == MemoryFault.Vanishes)
        {
            throw new SourceException(SourceError.Vanished, "No such file or directory");
        }

        if (fault == MemoryFault.SourceLost)
        {
            throw Lost();
        }
    }

    private bool IsShown(string path) =>
        _paths.Length == 0 || _paths.Any(wanted =>
            wanted == path
            || path.StartsWith(wanted + "/", StringComparison.Ordinal)
            || wanted.StartsWith(path + "/", StringComparison.Ordinal));

    private async ValueTask AnswerAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        if (_source.AnswersLate)
        {
            await Task.Yield();
        }
    }
}
