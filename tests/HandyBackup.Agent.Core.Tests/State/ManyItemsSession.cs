using System.Runtime.CompilerServices;
using System.Text;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Tests.State;

/// <summary>A source that makes up its items while it lists them: folders of a thousand empty files each.</summary>
/// <param name="folders">How many folders there are.</param>
internal sealed class ManyItemsSession(int folders) : ISourceSession
{
    private const int FilesInAFolder = 1000;

    public IReadOnlyList<string> Paths => ["/many"];

    /// <summary>The file that looks different now; null if all look as ever.</summary>
    public (int Folder, int File)? Changed { get; set; }

    /// <summary>Called at the end of each folder.</summary>
    public Action? AfterFolder { get; set; }

    public async IAsyncEnumerable<SourceItem> ListAsync(SourceItem? folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ValueTask.CompletedTask;
        for (int i = 0; i < (folder is null ? folders : FilesInAFolder); i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ulong number = folder is null ? (ulong)i + 1 : (folder.Inode * FilesInAFolder * 10) + (ulong)i;
            bool isChanged = folder is not null && Changed is { } changed && (ulong)changed.Folder + 1 == folder.Inode && changed.File == i;
            yield return new SourceItem
            {
                Parent = folder,
                Name = Encoding.ASCII.GetBytes($"{i:d6}"),
                Kind = folder is null ? SourceItemKind.Folder : SourceItemKind.File,
                Size = 0,
                Inode = number,
                Modified = new SourceTime((long)number, isChanged ? 1 : 0),
            };
        }

        AfterFolder?.Invoke();
    }

    public ValueTask<SourceItem?> FindAsync(ReadOnlyMemory<byte> path, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<SourceItemDetails> GetDetailsAsync(SourceItem item, CancellationToken cancellationToken) => new(SourceItemDetails.None);

    public ValueTask<ISourceReader> OpenReadAsync(SourceItem file, CancellationToken cancellationToken) => new(new EmptyReader());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class EmptyReader : ISourceReader
    {
        public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) => new(0);

        public ValueTask<SourceItemDetails> GetDetailsAsync(CancellationToken cancellationToken) => new(SourceItemDetails.None);

        public ValueTask<bool> WasChangedAsync(CancellationToken cancellationToken) => new(false);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
