namespace HandyBackup.Server.Tests.Fakes;

/// <summary>A data path of its own that goes with the test.</summary>
internal sealed class DataPath : IDisposable
{
    public string Value { get; } = Path.Combine(Path.GetTempPath(), "hb-server-" + Guid.NewGuid().ToString("N"));

    public string File(string name) => Path.Combine(Value, name);

    public void Dispose()
    {
        if (Directory.Exists(Value))
        {
            Directory.Delete(Value, recursive: true);
        }
    }
}
