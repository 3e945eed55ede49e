using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core.Tests;

/// <summary>An agent that does what a test scripts.</summary>
public sealed class FakeAgent : IAgent
{
    public FakeTree Tree { get; set; } = new FakeTree().With("data/a.txt", "alpha").With("data/b/c.txt", "gamma");

    public string Name { get; init; } = "here";

    /// <summary>Called during a backup, before anything is handed in.</summary>
    public Func<BackupOrder, IIngest, IRunObserver, CancellationToken, Task>? DuringBackup { get; set; }

    /// <summary>Called during a restore.</summary>
    public Func<RestoreOrder, IRetrieve, IRunObserver, CancellationToken, Task>? DuringRestore { get; set; }

    public bool CanRestore { get; set; } = true;

    public ConcurrentQueue<BackupOrder> BackupOrders { get; } = new();

    public ConcurrentQueue<RestoreOrder> RestoreOrders { get; } = new();

    public Task<AgentDescription> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(new AgentDescription
    {
        Name = Name,
        HostName = "host-" + Name,
        OperatingSystem = "Test",
        UserName = "tester",
        Version = "1",
        Sources =
        [
            new SourceDescription
            {
                Kind = "Files",
                Description = "Files",
                CanRestore = CanRestore,
                Options =
                [
                    new SourceOptionDescription { Name = "Exclude", Type = "StringList", Description = "" },
                    new SourceOptionDescription { Name = "Password", Type = "String", Description = "", IsSecret = true },
                ],
            },
        ],
    });

    public Task ValidateAsync(SourceSelection selection, CancellationToken cancellationToken)
    {
        string? unknown = selection.Options.Keys.FirstOrDefault(name => name.ToUpperInvariant() is not ("EXCLUDE" or "PASSWORD"));
        return unknown is null
            ? Task.CompletedTask
            : throw new HandyBackupException(ErrorCode.SourceOptionInvalid, $"There is no option '{unknown}'.") { Target = unknown };
    }

    public async IAsyncEnumerable<Item> ListItemsAsync(LiveItemQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (string path in Tree.Paths)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            yield return new Item { Path = path, Name = path.Split('/')[^1], Kind = ItemKind.File };
        }
    }

    public async Task<BackupOutcome> BackupAsync(BackupOrder order, IIngest ingest, IRetrieve retrieve, IRunObserver observer, CancellationToken cancellationToken)
    {
        BackupOrders.Enqueue(order);
        if (DuringBackup is { } script)
        {
            await script(order, ingest, observer, cancellationToken);
        }

        (BlobId root, RunProgress totals) = await Tree.StoreAsync(ingest, cancellationToken);
        observer.Progress(totals);
        return new BackupOutcome { RootTree = root, Totals = totals, Paths = ["/data"] };
    }

    public async IAsyncEnumerable<RestorePlanItem> PlanRestoreAsync(RestoreOrder order, IRetrieve retrieve, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (RestoreSelection selection in order.Selections)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            yield return new RestorePlanItem { Path = selection.TargetPath, Kind = ItemKind.File, Action = RestoreAction.Create };
        }
    }

    public async Task<RestoreOutcome> RestoreAsync(RestoreOrder order, IRetrieve retrieve, IRunObserver observer, CancellationToken cancellationToken)
    {
        RestoreOrders.Enqueue(order);
        if (DuringRestore is { } script)
        {
            await script(order, retrieve, observer, cancellationToken);
        }

        return new RestoreOutcome { Totals = new RunProgress { Items = 2, Bytes = 10 }, Skipped = 1 };
    }

    /// <summary>The files that can be read and were written, by their paths.</summary>
    public ConcurrentDictionary<string, byte[]> Files { get; } = new();

    public ConcurrentQueue<RemovalOrder> RemovalOrders { get; } = new();

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadContentAsync(LiveContentQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        byte[] content = Files.GetValueOrDefault(query.Path) ?? throw new HandyBackupException(ErrorCode.ItemNotFound, $"There is no '{query.Path}'.") { Target = query.Path };
        foreach (byte[] part in content[(int)query.Offset..].Chunk(Math.Max(2, content.Length / 100)))
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            yield return part;
        }
    }

    public async Task<WrittenItem> WriteFileAsync(ItemWriteOrder order, IAsyncEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken)
    {
        var written = new List<byte>();
        await foreach (ReadOnlyMemory<byte> part in content.WithCancellation(cancellationToken))
        {
            written.AddRange(part.Span);
        }

        Files[order.Item.Path] = [.. written];
        return new WrittenItem { Action = RestoreAction.Create, Bytes = written.Count };
    }

    public Task<WrittenItem> WriteFolderAsync(ItemWriteOrder order, CancellationToken cancellationToken) =>
        Task.FromResult(new WrittenItem { Action = RestoreAction.Create });

    public async IAsyncEnumerable<ItemRemoval> RemoveItemsAsync(RemovalOrder order, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RemovalOrders.Enqueue(order);
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        Files.TryRemove(order.Path, out _);
        yield return new ItemRemoval { Path = order.Path, Kind = ItemKind.File };
    }
}
