namespace HandyBackup.EndToEnd.Tests.Hosting;

/// <summary>One server for all tests of a class, which run one after the other: for tests that need nothing of the server's own, only a repository and a task with names of their own.</summary>
public sealed class SharedSession : IAsyncLifetime
{
    private ProductSession? _session;
    private int _places;

    /// <summary>The session, connected to its server.</summary>
    internal ProductSession Session => _session ?? throw new InvalidOperationException("The session is used before it was started.");

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => _session = await ProductSession.StartAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_session is not null)
        {
            await _session.DisposeAsync();
        }
    }

    /// <summary>A repository of its own and an empty source folder for a test.</summary>
    internal async Task<Place> CreatePlaceAsync()
    {
        var place = new Place(Session, $"place{++_places}");
        Directory.CreateDirectory(place.Source);
        await Session.CreateRepositoryAsync(place.Name, place.RepositoryFolder);
        return place;
    }
}
