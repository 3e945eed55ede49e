using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Server.Logging;

/// <summary>Writes the log as lines of JSON into a folder. Safe to use from several threads at once.</summary>
public sealed class LogFileProvider : ILoggerProvider
{
    private readonly ConcurrentDictionary<string, FileLogger> _loggers = new(StringComparer.Ordinal);
    private readonly RollingFile _file;
    private readonly TimeProvider _timeProvider;

    /// <summary>Opens the log.</summary>
    /// <param name="folder">Where the files lie; made if it is not there.</param>
    /// <param name="timeProvider">The clock for the lines.</param>
    /// <exception cref="HandyBackup.Contracts.HandyBackupException">The folder cannot be written.</exception>
    public LogFileProvider(string folder, TimeProvider timeProvider)
    {
        _file = new RollingFile(folder, "server", RollingFile.DefaultMaximumBytes, RollingFile.DefaultCount);
        _timeProvider = timeProvider;
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => _loggers.GetOrAdd(categoryName, name => new FileLogger(name, _file, _timeProvider));

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
