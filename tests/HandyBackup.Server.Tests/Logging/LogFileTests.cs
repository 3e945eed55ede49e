using System.Text.Json;
using HandyBackup.Server.Logging;
using HandyBackup.Server.Tests.Fakes;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Server.Tests.Logging;

public sealed partial class LogFileTests : IDisposable
{
    private readonly DataPath _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Line_is_json_with_message_values_and_exception()
    {
        using (var provider = new LogFileProvider(_data.Value, TimeProvider.System))
        {
            LogSample(provider.CreateLogger("Area"), "a\nb", 7, new IOException("disk"));
        }

        string line = Assert.Single(File.ReadAllLines(_data.File("server.log")));
        JsonElement entry = JsonDocument.Parse(line).RootElement;
        Assert.Equal("Warning", entry.GetProperty("level").GetString());
        Assert.Equal("Area", entry.GetProperty("category").GetString());
        Assert.Equal(42, entry.GetProperty("event").GetInt32());
        Assert.Equal("Item a\nb failed 7 times.", entry.GetProperty("message").GetString());
        Assert.Equal("a\nb", entry.GetProperty("values").GetProperty("Item").GetString());
        Assert.Contains("disk", entry.GetProperty("exception").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Full_file_moves_on_and_the_oldest_goes()
    {
        using (var file = new RollingFile(_data.Value, "x", maximumBytes: 10, count: 3))
        {
            foreach (string line in (string[])["first--\n", "second-\n", "third--\n", "fourth-\n"])
            {
                file.Write(System.Text.Encoding.ASCII.GetBytes(line));
            }
        }

        Assert.Equal(["x.1.log", "x.2.log", "x.log"], Directory.GetFiles(_data.Value).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal("fourth-\n", File.ReadAllText(_data.File("x.log")));
        Assert.Equal("second-\n", File.ReadAllText(_data.File("x.2.log")));
    }

    [LoggerMessage(EventId = 42, Level = LogLevel.Warning, Message = "Item {Item} failed {Count} times.")]
    private static partial void LogSample(ILogger logger, string item, int count, Exception exception);
}
