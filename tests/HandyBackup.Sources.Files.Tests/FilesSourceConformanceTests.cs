using HandyBackup.Testing;

namespace HandyBackup.Sources.Files.Tests;

public sealed class FilesSourceConformanceTests : SourceConformance, IDisposable
{
    private readonly TestTree _tree = TestTree.Create("""
        mkdir -p a/b/c a/empty
        echo one > a/one; echo two > a/b/two; head -c 300000 /dev/urandom > a/b/c/big; : > a/nothing
        ln -s one a/link; mkfifo a/pipe
        """);

    protected override IReadOnlyList<string> Paths => [_tree.Path];

    protected override string MissingPath => _tree.Combine("missing");

    public void Dispose() => _tree.Dispose();

    protected override Task<ISource> CreateSourceAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new FilesSourceFactory().Create(new FilesOptions()));
}
