namespace HandyBackup.Sources.PostgreSql;

/// <summary>PostgreSQL servers as folders of databases.</summary>
public sealed class PostgreSqlSourceFactory : ISourceFactory
{
    private const int HighestPort = 65535;

    /// <inheritdoc/>
    public string Kind => "PostgreSql";

    /// <inheritdoc/>
    public string Description => "A PostgreSQL server: each database is one dump in pg_dump's custom format, beside the server's roles.";

    /// <inheritdoc/>
    public Type OptionsType => typeof(PostgreSqlOptions);

    /// <inheritdoc/>
    public bool CanRestore => false;

    /// <inheritdoc/>
    public bool NeedsServerAgent => true;

    /// <inheritdoc/>
    public ISource Create(object options)
    {
        var typed = (PostgreSqlOptions)options;
        Require(typed.Host.Length > 0, nameof(typed.Host), "It must not be empty.");
        Require(typed.Port is > 0 and <= HighestPort, nameof(typed.Port), $"It must be between 1 and {HighestPort}.");
        Require(typed.User.Length > 0, nameof(typed.User), "It must not be empty.");
        Require(typed.LockTimeout > 0, nameof(typed.LockTimeout), "It must be a positive number of seconds.");
        return new PostgreSqlSource(typed);
    }

    private static void Require(bool condition, string option, string reason)
    {
        if (!condition)
        {
            throw new SourceException(SourceError.OptionInvalid, reason) { Option = option };
        }
    }
}
