using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HandyBackup.Agent.Core.Backup;
using HandyBackup.Agent.Core.Browse;
using HandyBackup.Agent.Core.Items;
using HandyBackup.Agent.Core.Restore;
using HandyBackup.Agent.Core.Sources;
using HandyBackup.Agent.Core.State;
using HandyBackup.Contracts;
using HandyBackup.Sources;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Agent.Core;

/// <summary>The agent: carries out the server's orders with the sources it offers. Orders run side by side; between two of them only state files are kept.</summary>
public sealed partial class AgentHost : IAgent
{
    private readonly SourceRegistry _registry;
    private readonly string _name;
    private readonly TimeProvider _time;
    private readonly AgentStates? _states;
    private readonly ILogger _logger;
    private readonly IReadOnlyList<string> _protectedFolders;

    /// <summary>Makes an agent.</summary>
    /// <param name="registry">The sources it offers.</param>
    /// <param name="name">Its name, unique on its server.</param>
    /// <param name="time">The clock for progress.</param>
    /// <param name="loggerFactory">Where it logs.</param>
    /// <param name="stateFolder">
    /// The folder, absolute, in which it keeps what the items of the last snapshots looked like (<see cref="AgentStates"/>); null to compare with the
    /// snapshots themselves.
    /// </param>
    /// <param name="protectedFolders">Folders, absolute, of which nothing is read, written or removed on somebody's behalf: the agent's own, and a server's; null for none.</param>
    public AgentHost(
        SourceRegistry registry, string name, TimeProvider time, ILoggerFactory loggerFactory, string? stateFolder = null, IReadOnlyList<string>? protectedFolders = null)
    {
        _registry = registry;
        _name = name;
        _time = time;
        _logger = loggerFactory.CreateLogger<AgentHost>();
        _protectedFolders = protectedFolders ?? [];
        _states = stateFolder is null ? null : new AgentStates(stateFolder, time, _logger);
    }

    /// <summary>The agent's version, without the commit that stands behind the plus sign.</summary>
    public static string ProductVersion { get; } =
        (typeof(AgentHost).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0").Split('+')[0];

    /// <inheritdoc/>
    public Task<AgentDescription> DescribeAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(new AgentDescription
        {
            Name = _name,
            HostName = Environment.MachineName,
            OperatingSystem = RuntimeInformation.OSDescription,
            UserName = Environment.UserName,
            Version = ProductVersion,
            Sources = _registry.Describe(),
        });
    }

    /// <inheritdoc/>
    public Task ValidateAsync(SourceSelection selection, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _registry.Create(selection);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Item> ListItemsAsync(LiveItemQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string source = query.Selection.Source;
        await using ISourceSession session = await OpenLiveAsync(query.Selection, cancellationToken);
        var items = new LiveItems(session, _name, source, (item, exception) => LogNotShown(source, ItemName.ToText(item.GetPath()), exception.Message));
        string target = query.Path.Length == 0 ? source : query.Path;
        await foreach (Item item in TranslateAsync(items.ListAsync(query, cancellationToken), target, cancellationToken))
        {
            yield return item;
        }
    }

    /// <inheritdoc/>
    public async Task<BackupOutcome> BackupAsync(
        BackupOrder order, IIngest ingest, IRetrieve retrieve, IRunObserver observer, CancellationToken cancellationToken)
    {
        string source = order.Selection.Source;
        ISource opened = _registry.Create(order.Selection);
        var issues = new SessionIssues(observer, cancellationToken);
        BackupOutcome outcome;
        try
        {
            outcome = await TranslateAsync(() => BackUpAsync(opened, order, ingest, retrieve, observer, issues, cancellationToken), source);
        }
        catch
        {
            // The failure that ended the backup is the one that counts.
            await issues.CompleteAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        await issues.CompleteAsync();
        return outcome;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RestorePlanItem> PlanRestoreAsync(
        RestoreOrder order, IRetrieve retrieve, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IRestoringSource source = _registry.CreateRestoring(order.Target);
        string destination = NameDestination(order);
        await using IRestoreTarget target = await TranslateAsync(() => source.OpenTargetAsync(order.Destination, _protectedFolders, cancellationToken), destination);
        var job = new RestoreJob(target, order, retrieve, _time);
        await foreach (RestorePlanItem item in TranslateAsync(job.PlanAsync(cancellationToken), destination, cancellationToken))
        {
            yield return item;
        }
    }

    /// <inheritdoc/>
    public async Task<RestoreOutcome> RestoreAsync(RestoreOrder order, IRetrieve retrieve, IRunObserver observer, CancellationToken cancellationToken)
    {
        IRestoringSource source = _registry.CreateRestoring(order.Target);
        string destination = NameDestination(order);
        await using IRestoreTarget target = await TranslateAsync(() => source.OpenTargetAsync(order.Destination, _protectedFolders, cancellationToken), destination);
        return await TranslateAsync(() => new RestoreJob(target, order, retrieve, _time).RunAsync(observer, cancellationToken), destination);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadContentAsync(LiveContentQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using ISourceSession session = await OpenLiveAsync(query.Selection, cancellationToken);
        await foreach (ReadOnlyMemory<byte> part in TranslateAsync(new LiveContent(session, _name).ReadAsync(query, cancellationToken), query.Path, cancellationToken))
        {
            yield return part;
        }
    }

    /// <inheritdoc/>
    public Task<WrittenItem> WriteFileAsync(ItemWriteOrder order, IAsyncEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken) =>
        TranslateAsync(() => new ItemWriting(_registry.CreateRestoring(order.Target), _protectedFolders).WriteFileAsync(order.Item, content, cancellationToken), order.Item.Path);

    /// <inheritdoc/>
    public Task<WrittenItem> WriteFolderAsync(ItemWriteOrder order, CancellationToken cancellationToken) =>
        TranslateAsync(() => new ItemWriting(_registry.CreateRestoring(order.Target), _protectedFolders).WriteFolderAsync(order.Item, cancellationToken), order.Item.Path);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ItemRemoval> RemoveItemsAsync(RemovalOrder order, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using ISourceSession session = await OpenLiveAsync(order.Selection, cancellationToken);
        IRemovingSession removing = session as IRemovingSession ?? throw new HandyBackupException(
            ErrorCode.RemovalNotSupported, $"The source '{order.Selection.Source}' cannot remove items.")
        {
            Target = order.Selection.Source,
            Advice = "Remove them with the program that they belong to.",
        };
        await foreach (ItemRemoval removal in TranslateAsync(new LiveRemoval(removing, _name).RemoveAsync(order, cancellationToken), order.Path, cancellationToken))
        {
            yield return removal;
        }
    }

    private static string NameDestination(RestoreOrder order) => order.Destination ?? order.Target.Source;

    // A function, because a source may also throw before it returns a task.
    private static async Task<T> TranslateAsync<T>(Func<Task<T>> call, string target)
    {
        try
        {
            return await call();
        }
        catch (SourceException exception)
        {
            throw SourceErrors.ToException(exception, target);
        }
    }

    private static async IAsyncEnumerable<T> TranslateAsync<T>(IAsyncEnumerable<T> items, string target, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using IAsyncEnumerator<T> enumerator = items.GetAsyncEnumerator(cancellationToken);
        while (await TranslateAsync(() => enumerator.MoveNextAsync().AsTask(), target))
        {
            yield return enumerator.Current;
        }
    }

    private Task<ISourceSession> OpenLiveAsync(SourceSelection selection, CancellationToken cancellationToken)
    {
        ISource source = _registry.Create(selection);
        var request = new SourceSessionRequest
        {
            ApplyExcludes = false,
            ProtectedFolders = _protectedFolders,
            OnIssue = issue => LogNotShown(selection.Source, ItemName.ToText(issue.Path.Span), issue.Reason),
        };
        return TranslateAsync(() => source.OpenAsync(request, cancellationToken), selection.Source);
    }

    private async Task<BackupOutcome> BackUpAsync(
        ISource source,
        BackupOrder order,
        IIngest ingest,
        IRetrieve retrieve,
        IRunObserver observer,
        SessionIssues issues,
        CancellationToken cancellationToken)
    {
        var request = new SourceSessionRequest { Paths = order.Selection.Paths, ApplyExcludes = true, ProtectedFolders = _protectedFolders, OnIssue = issues.Report };
        await using ISourceSession session = await source.OpenAsync(request, cancellationToken);
        return await new BackupJob(session, order, ingest, retrieve, observer, _time, _states).RunAsync(cancellationToken);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Debug, Message = "Source {Source} cannot show {Path} as it should be: {Reason}")]
    private partial void LogNotShown(string source, string path, string reason);
}
