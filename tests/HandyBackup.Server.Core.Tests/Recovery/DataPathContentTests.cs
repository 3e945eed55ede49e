using HandyBackup.Testing;

namespace HandyBackup.Server.Core.Tests;

/// <summary>What a loss of power finds while another server is put in place: each step is durable before the one that relies on it.</summary>
public sealed class DataPathContentTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<string> _flushed = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Old_content_and_new_catalog_are_durable_before_the_new_key_and_the_key_before_it_is_said()
    {
        File.WriteAllText(_folder.Combine("catalog.db"), "old");
        File.WriteAllText(_folder.Combine("server.key"), "old");
        DataPathContent content = Stage();

        string kept = content.Replace(DateTimeOffset.UnixEpoch)!;

        string name = Path.GetFileName(kept);
        Assert.Equal(
            [
                $"{name}: catalog.db server.key; data path: ",
                "data path: catalog.db=new",
                "data path: catalog.db=new server.key=new",
            ],
            _flushed);
    }

    [Fact]
    public void Folder_that_cannot_be_flushed_leaves_all_as_it_was()
    {
        File.WriteAllText(_folder.Combine("catalog.db"), "old");
        File.WriteAllText(_folder.Combine("server.key"), "old");
        Stage();
        var failing = new DataPathContent(_folder.Path, _ => throw new IOException("The drive failed."));

        Assert.Throws<IOException>(() => failing.Replace(DateTimeOffset.UnixEpoch));

        Assert.Equal(("old", "old"), (File.ReadAllText(_folder.Combine("catalog.db")), File.ReadAllText(_folder.Combine("server.key"))));
    }

    private DataPathContent Stage()
    {
        var content = new DataPathContent(_folder.Path, Note);
        content.CreateStaging();
        File.WriteAllText(Path.Join(content.Staging, "server.key"), "new");
        File.WriteAllText(Path.Join(content.Staging, "catalog.db"), "new");
        return content;
    }

    private void Note(string folder)
    {
        string server = string.Join(' ', new[] { "catalog.db", "server.key" }.Where(name => File.Exists(_folder.Combine(name))).Select(name => $"{name}={File.ReadAllText(_folder.Combine(name))}"));
        _flushed.Add(folder == _folder.Path
            ? $"data path: {server}"
            : $"{Path.GetFileName(folder)}: {string.Join(' ', Directory.GetFiles(folder).Select(file => Path.GetFileName(file)).Order())}; data path: {server}");
    }
}
