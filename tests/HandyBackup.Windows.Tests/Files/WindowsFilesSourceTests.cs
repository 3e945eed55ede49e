using HandyBackup.Sources;
using HandyBackup.Sources.Files;
using HandyBackup.Testing;

namespace HandyBackup.Windows.Tests.Files;

/// <summary>The files of a machine as a source, on the system's own functions.</summary>
public sealed class WindowsFilesSourceTests : SourceConformance, IDisposable
{
    private readonly TempFolder _folder = new();

    public WindowsFilesSourceTests()
    {
        Directory.CreateDirectory(_folder.Combine("a", "b", "c"));
        Directory.CreateDirectory(_folder.Combine("a", "empty"));
        File.WriteAllText(_folder.Combine("a", "one"), "one");
        File.WriteAllText(_folder.Combine("a", "b", "two"), "two");
        File.WriteAllText(_folder.Combine("a", "nothing"), "");
        byte[] big = new byte[300_000];
        new Random(1).NextBytes(big);
        File.WriteAllBytes(_folder.Combine("a", "b", "c", "big"), big);
    }

    protected override IReadOnlyList<string> Paths => [_folder.Path];

    protected override string MissingPath => _folder.Combine("missing");

    public void Dispose() => _folder.Dispose();

    protected override Task<ISource> CreateSourceAsync(CancellationToken cancellationToken) => Task.FromResult(new FilesSourceFactory().Create(new FilesOptions()));
}
