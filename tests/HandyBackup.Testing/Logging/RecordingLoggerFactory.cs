using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Testing;

/// <summary>Keeps every log line, with its exception.</summary>
public sealed class RecordingLoggerFactory : ILoggerFactory, ILogger
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue($"{eventId.Id} {logLevel} {formatter(state, exception)} {exception}");

    public void Dispose()
    {
    }
}
