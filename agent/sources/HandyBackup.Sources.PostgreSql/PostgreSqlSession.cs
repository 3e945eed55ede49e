using System.Runtime.CompilerServices;
using System.Text;

namespace HandyBackup.Sources.PostgreSql;

/// <summary>
/// <c>host:port</c> / database / <c>database.dump</c>, and <c>host:port</c> / <c>globals.sql</c> with roles and tablespaces, without which
/// the dumps of a server cannot be restored as they were.
/// </summary>
internal sealed class PostgreSqlSession : ISourceSession
{
    private const string DumpName = "database.dump";
    private const string GlobalsName = "globals.sql";
    private readonly PostgreSqlOptions _options;
    private readonly DumpProgram _program;
    private readonly IReadOnlyList<string> _databases;
    private readonly bool _wholeServer;
    private readonly SourceItem _server;

    public PostgreSqlSession(PostgreSqlOptions options, DumpProgram program, IReadOnlyList<string> databases, bool wholeServer)
    {
        _options = options;
        _program = program;
        _databases = databases;
        _wholeServer = wholeServer;
        // The folder of a Unix socket has slashes, which a name cannot have.
        string name = $"{options.Host.Trim('/').Replace('/', '_')}:{options.Port}";
        _server = new SourceItem { Name = Encoding.UTF8.GetBytes(name), Kind = SourceItemKind.Folder, Size = 0 };
        Paths = wholeServer ? ["/" + name] : [.. databases.Select(database => $"/{name}/{Encoding.UTF8.GetString(DatabaseFolder.ItemNameOf(database))}")];
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Paths { get; }

    /// <inheritdoc/>
    public async IAsyncEnumerable<SourceItem> ListAsync(SourceItem? folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (SourceItem item in Children(folder))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return item;
        }
    }

    /// <inheritdoc/>
    public ValueTask<SourceItem?> FindAsync(ReadOnlyMemory<byte> path, CancellationToken cancellationToken)
    {
        SourceItem? found = null;
        for (ReadOnlyMemory<byte> rest = path; ;)
        {
            int slash = rest.Span.IndexOf((byte)'/');
            ReadOnlyMemory<byte> name = slash < 0 ? rest : rest[..slash];
            found = Children(found).FirstOrDefault(item => item.Name.Span.SequenceEqual(name.Span));
            if (found is null || slash < 0)
            {
                return ValueTask.FromResult(found);
            }

            rest = rest[(slash + 1)..];
        }
    }

    /// <inheritdoc/>
    public ValueTask<SourceItemDetails> GetDetailsAsync(SourceItem item, CancellationToken cancellationToken) =>
        ValueTask.FromResult(SourceItemDetails.None);

    /// <inheritdoc/>
    public ValueTask<ISourceReader> OpenReadAsync(SourceItem file, CancellationToken cancellationToken)
    {
        ISourceReader reader = file is DatabaseFolder dump ? _program.DumpDatabase(_options, dump.Database) : _program.DumpGlobals(_options);
        return ValueTask.FromResult(reader);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private IEnumerable<SourceItem> Children(SourceItem? folder) => folder switch
    {
        null => [_server],
        DatabaseFolder { Kind: SourceItemKind.Folder } database => [Dump(database)],
        { Kind: SourceItemKind.Folder } => ServerContent(),
        _ => [],
    };

    private IEnumerable<SourceItem> ServerContent()
    {
        byte[] globals = Encoding.UTF8.GetBytes(GlobalsName);
        // Roles belong to the server: whoever picked single databases did not ask for them.
        bool globalsDue = _wholeServer;
        foreach (string database in _databases)
        {
            byte[] name = DatabaseFolder.ItemNameOf(database);
            if (globalsDue && globals.AsSpan().SequenceCompareTo(name) < 0)
            {
                globalsDue = false;
                yield return Globals(globals);
            }

            yield return new DatabaseFolder { Parent = _server, Name = name, Kind = SourceItemKind.Folder, Size = 0, Database = database };
        }

        if (globalsDue)
        {
            yield return Globals(globals);
        }
    }

    private SourceItem Globals(byte[] name) => new() { Parent = _server, Name = name, Kind = SourceItemKind.File, Size = null };

    private static DatabaseFolder Dump(DatabaseFolder database) => new()
    {
        Parent = database,
        Name = Encoding.UTF8.GetBytes(DumpName),
        Kind = SourceItemKind.File,
        Size = null,
        Database = database.Database,
    };
}
