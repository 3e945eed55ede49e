using System.Net.Sockets;
using Npgsql;

namespace HandyBackup.Sources.PostgreSql;

/// <summary>Asks a server for its databases.</summary>
internal static class DatabaseList
{
    private const int ConnectTimeoutSeconds = 15;

    // Templates can be made anew; databases that refuse connections cannot be dumped (PostgreSQL manual, "pg_database").
    private const string Query = "SELECT datname FROM pg_catalog.pg_database WHERE NOT datistemplate AND datallowconn ORDER BY datname";

    /// <summary>Opens a connection, which the caller disposes.</summary>
    /// <exception cref="SourceException"><see cref="SourceError.Unavailable"/> with the server's or the network's reason.</exception>
    public static async Task<NpgsqlConnection> ConnectAsync(PostgreSqlOptions options, CancellationToken cancellationToken)
    {
        var text = new NpgsqlConnectionStringBuilder
        {
            Host = options.Host,
            Port = options.Port,
            Username = options.User,
            Password = options.Password,
            Database = options.MaintenanceDatabase,
            Timeout = ConnectTimeoutSeconds,
            CommandTimeout = ConnectTimeoutSeconds,
            Pooling = false,
            ApplicationName = "Handy Backup",
        };
        var connection = new NpgsqlConnection(text.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch (Exception e) when (e is NpgsqlException or SocketException or TimeoutException)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw Unavailable(options, e);
        }
    }

    /// <summary>The names of all databases that can be dumped, in the server's order.</summary>
    /// <exception cref="SourceException"><see cref="SourceError.Unavailable"/>.</exception>
    public static async Task<IReadOnlyList<string>> ReadAsync(PostgreSqlOptions options, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await ConnectAsync(options, cancellationToken).ConfigureAwait(false);
        try
        {
            await using var command = new NpgsqlCommand(Query, connection);
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            var names = new List<string>();
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                names.Add(reader.GetString(0));
            }

            return names;
        }
        catch (NpgsqlException e)
        {
            throw Unavailable(options, e);
        }
    }

    private static SourceException Unavailable(PostgreSqlOptions options, Exception cause)
    {
        string reason = cause is PostgresException server ? server.MessageText : cause.InnerException?.Message ?? cause.Message;
        return new SourceException(SourceError.Unavailable, $"The PostgreSQL server {options.Host}:{options.Port} cannot be used as role '{options.User}': {reason}", cause)
        {
            Advice = "Check the options Host, Port, User and Password, and the server's pg_hba.conf.",
        };
    }
}
