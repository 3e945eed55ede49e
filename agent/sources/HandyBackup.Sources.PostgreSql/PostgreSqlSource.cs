using Npgsql;

namespace HandyBackup.Sources.PostgreSql;

/// <summary>A PostgreSQL server, read-only. Each dump is consistent in itself (pg_dump reads in one transaction); databases are dumped one after another.</summary>
public sealed class PostgreSqlSource : ISource
{
    private readonly PostgreSqlOptions _options;

    internal PostgreSqlSource(PostgreSqlOptions options) => _options = options;

    /// <inheritdoc/>
    public async Task TestAsync(CancellationToken cancellationToken)
    {
        DumpProgram.Find(_options.ProgramFolder);
        await using NpgsqlConnection connection = await DatabaseList.ConnectAsync(_options, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<ISourceSession> OpenAsync(SourceSessionRequest request, CancellationToken cancellationToken)
    {
        DumpProgram program = DumpProgram.Find(_options.ProgramFolder);
        IReadOnlyList<string> databases = await DatabaseList.ReadAsync(_options, cancellationToken).ConfigureAwait(false);
        return new PostgreSqlSession(_options, program, DatabaseSelection.Select(databases, _options, request), wholeServer: request.Paths.Count == 0);
    }
}
