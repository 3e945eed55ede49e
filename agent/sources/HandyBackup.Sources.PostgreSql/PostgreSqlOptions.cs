namespace HandyBackup.Sources.PostgreSql;

/// <summary>How a PostgreSQL server is reached and what of it is left out.</summary>
public sealed class PostgreSqlOptions
{
    /// <summary>Host name or address; a path starting with '/' is the folder of the server's Unix socket.</summary>
    [SourceOption("Host name or address of the server, or the folder of its Unix socket.")]
    public string Host { get; set; } = "localhost";

    /// <summary>Port number.</summary>
    [SourceOption("Port of the server.")]
    public int Port { get; set; } = 5432;

    /// <summary>The role to log on as. It must be able to read what is backed up.</summary>
    [SourceOption("Role to log on as; it must be able to read what is backed up.")]
    public string User { get; set; } = "postgres";

    /// <summary>The role's password; null where the server asks for none (peer, trust, a password file of the agent's account).</summary>
    [SourceOption("Password of the role, where the server asks for one.", IsSecret = true)]
    public string? Password { get; set; }

    /// <summary>The database to connect to for listing the others.</summary>
    [SourceOption("Database to connect to for listing the others.")]
    public string MaintenanceDatabase { get; set; } = "postgres";

    /// <summary>Databases to leave out: names with the wildcards <c>*</c> and <c>?</c>.</summary>
    [SourceOption("Databases to leave out, with the wildcards * and ?.")]
    public IReadOnlyList<string> Exclude { get; set; } = [];

    /// <summary>The folder of <c>pg_dump</c>; null to take the newest version installed.</summary>
    [SourceOption("Folder of pg_dump; by default the newest version installed.")]
    public string? ProgramFolder { get; set; }

    /// <summary>How long, in seconds, a dump waits for a table that somebody has locked before it fails.</summary>
    [SourceOption("Seconds that a dump waits for a locked table before it fails.")]
    public int LockTimeout { get; set; } = 300;
}
