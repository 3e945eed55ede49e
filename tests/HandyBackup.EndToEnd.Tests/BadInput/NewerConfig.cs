using System.Text;
using HandyBackup.EndToEnd.Tests.Restic;
using HandyBackup.Repository;

namespace HandyBackup.EndToEnd.Tests.BadInput;

/// <summary>Makes a repository look like one of a future format version: nothing writes those yet.</summary>
internal static class NewerConfig
{
    /// <summary>Replaces the config by one of version 3, sealed with the repository's own key.</summary>
    public static async Task WriteAsync(string repository)
    {
        string masterKey = await new ResticProgram(repository).RunAsync("cat", "masterkey");
        Assert.True(MasterKey.TryParse(Encoding.UTF8.GetBytes(masterKey), out MasterKey? key));
        using (key)
        {
            const string Config = """{"version":3,"id":"c1a5aec2d10e9a0ee2f4ab03dbf0f4ff24e8e3ef1ee7b8b0d2a1b5c3c5a1b0e4","chunker_polynomial":"3da3358b4dc173"}""";
            string path = Path.Combine(repository, "config");
            File.Delete(path);
            await File.WriteAllBytesAsync(path, UnpackedFileCodec.EncodeConfig(key, Encoding.UTF8.GetBytes(Config)), TestContext.Current.CancellationToken);
        }
    }
}
