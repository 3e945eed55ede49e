using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Agent.Core.Tests.Kit;

/// <summary>A log that keeps its lines.</summary>
internal sealed class RecordedLog : ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _lines = new();

    public IReadOnlyList<string> LinesFrom(LogLevel least) => [.. _lines.Where(line => line.Level >= least).Select(line => line.Text)];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((logLevel, formatter(state, exception)));
}
