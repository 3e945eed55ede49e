using System.Runtime.CompilerServices;
using HandyBackup.Contracts;

namespace HandyBackup.Rpc.Tests.Agents.Kit;

/// <summary>An agent whose orders a test writes.</summary>
internal sealed class ScriptedAgent : IAgent
{
    public static AgentDescription Description { get; } = new()
    {
        Name = "box",
        HostName = "box.example",
        OperatingSystem = "Test 1",
        UserName = "tester",
        Version = "1.0",
        Sources = [],
    };

    public static BackupOutcome Outcome { get; } = new() { RootTree = default, Totals = new RunProgress { Items = 7 }, Paths = ["/a"] };

    public Func<BackupOrder, IIngest, IRetrieve, IRunObserver, CancellationToken, Task<BackupOutcome>> OnBackup { get; set; } = (_, _, _, _, _) => Task.FromResult(Outcome);

    public Func<RestoreOrder, IRetrieve, IRunObserver, CancellationToken, Task<RestoreOutcome>> OnRestore { get; set; } =
        (_, _, _, _) => Task.FromResult(new RestoreOutcome { Totals = new RunProgress(), Skipped = 0 });

    public Func<RestoreOrder, IRetrieve, CancellationToken, IAsyncEnumerable<RestorePlanItem>> OnPlan { get; set; } = (_, _, _) => throw new NotSupportedException();

    public Func<LiveItemQuery, CancellationToken, IAsyncEnumerable<Item>> OnList { get; set; } = (_, _) => throw new NotSupportedException();

    public Func<SourceSelection, CancellationToken, Task> OnValidate { get; set; } = (_, _) => Task.CompletedTask;

    public Func<LiveContentQuery, CancellationToken, IAsyncEnumerable<ReadOnlyMemory<byte>>> OnRead { get; set; } = (_, _) => throw new NotSupportedException();

    public Func<ItemWriteOrder, IAsyncEnumerable<ReadOnlyMemory<byte>>, CancellationToken, Task<WrittenItem>> OnWrite { get; set; } = (_, _, _) => throw new NotSupportedException();

    public Task<AgentDescription> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(Description);

    public Task ValidateAsync(SourceSelection selection, CancellationToken cancellationToken) => OnValidate(selection, cancellationToken);

    public IAsyncEnumerable<Item> ListItemsAsync(LiveItemQuery query, CancellationToken cancellationToken) => OnList(query, cancellationToken);

    public Task<BackupOutcome> BackupAsync(BackupOrder order, IIngest ingest, IRetrieve retrieve, IRunObserver observer, CancellationToken cancellationToken) =>
        OnBackup(order, ingest, retrieve, observer, cancellationToken);

    public async IAsyncEnumerable<RestorePlanItem> PlanRestoreAsync(RestoreOrder order, IRetrieve retrieve, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (RestorePlanItem item in OnPlan(order, retrieve, cancellationToken).WithCancellation(cancellationToken))
        {
            yield return item;
        }
    }

    public Task<RestoreOutcome> RestoreAsync(RestoreOrder order, IRetrieve retrieve, IRunObserver observer, CancellationToken cancellationToken) =>
        OnRestore(order, retrieve, observer, cancellationToken);

    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadContentAsync(LiveContentQuery query, CancellationToken cancellationToken) => OnRead(query, cancellationToken);

    public Task<WrittenItem> WriteFileAsync(ItemWriteOrder order, IAsyncEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken) =>
        OnWrite(order, content, cancellationToken);

    public Task<WrittenItem> WriteFolderAsync(ItemWriteOrder order, CancellationToken cancellationToken) => Task.FromResult(new WrittenItem { Action = RestoreAction.Create });

    public async IAsyncEnumerable<ItemRemoval> RemoveItemsAsync(RemovalOrder order, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        yield return new ItemRemoval { Path = order.Path, Kind = ItemKind.File };
    }
}
