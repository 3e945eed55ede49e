using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Server.Logging;

/// <summary>Turns one log call into one line of JSON.</summary>
internal sealed class FileLogger(string category, RollingFile file, TimeProvider timeProvider) : ILogger
{
    // Set by the logging library beside the values; it repeats what "message" says.
    private const string FormatProperty = "{OriginalFormat}";

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var line = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteString("time", timeProvider.GetUtcNow());
            json.WriteString("level", logLevel.ToString());
            json.WriteString("category", category);
            json.WriteNumber("event", eventId.Id);
            json.WriteString("message", formatter(state, exception));
            WriteValues(json, state as IReadOnlyList<KeyValuePair<string, object?>>);
            if (exception is not null)
            {
                json.WriteString("exception", exception.ToString());
            }

            json.WriteEndObject();
        }

        line.Write("\n"u8);
        file.Write(line.WrittenSpan);
    }

    private static void WriteValues(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, object?>>? values)
    {
        if (values is null or [{ Key: FormatProperty }])
        {
            return;
        }

        json.WriteStartObject("values");
        foreach ((string name, object? value) in values)
        {
            if (name != FormatProperty)
            {
                json.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
            }
        }

        json.WriteEndObject();
    }
}
