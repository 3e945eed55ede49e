namespace HandyBackup.Sources.Files.Sessions;

/// <summary>
/// Lists one folder: the names are read and sorted at the first step, each item is looked at when it is asked for. Every step completes
/// at once, so this is written out instead of being an async iterator: large trees have millions of steps.
/// </summary>
internal sealed class FolderListing(FilesSession session, FileItem? folder, CancellationToken cancellationToken)
    : IAsyncEnumerable<SourceItem>
{
    private readonly CancellationToken _token = cancellationToken;

    public IAsyncEnumerator<SourceItem> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        new Steps(session, folder, _token, cancellationToken);

    private sealed class Steps(FilesSession session, FileItem? folder, CancellationToken first, CancellationToken second) : IAsyncEnumerator<SourceItem>
    {
        private FolderNames? _names;
        private SourceItem? _current;
        private int _next;

        public SourceItem Current => _current!;

        public ValueTask<bool> MoveNextAsync()
        {
            _names ??= session.ReadNames(folder, first);
            while (_next < _names.Count)
            {
                first.ThrowIfCancellationRequested();
                second.ThrowIfCancellationRequested();
                int index = _next++;
                if (session.GetItem(folder, _names.GetTerminated(index), _names.GetHint(index)) is { } item)
                {
                    _current = item;
                    return new ValueTask<bool>(true);
                }
            }

            _current = null;
            return new ValueTask<bool>(false);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
