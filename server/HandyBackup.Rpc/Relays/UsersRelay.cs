using HandyBackup.Contracts;
using HandyBackup.Rpc.Streams;

namespace HandyBackup.Rpc.Relays;

/// <summary>Sends the calls of <see cref="IUsers"/> through a <see cref="CallPath"/>.</summary>
internal sealed class UsersRelay(IUsers inner, CallPath path) : IUsers
{
    public Task<UserInfo> CreateAsync(CreateUserRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.CreateAsync(request, token), cancellationToken, request);

    public IAsyncEnumerable<UserInfo> ListAsync(UserQuery query, CancellationToken cancellationToken) =>
        path.Stream(token => inner.ListAsync(query, token), StreamPace.Listing, cancellationToken, query);

    public Task<UserInfo> UpdateAsync(UpdateUserRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.UpdateAsync(request, token), cancellationToken, request);

    public Task RemoveAsync(UserReference user, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.RemoveAsync(user, token), cancellationToken, user);

    public Task<UserInfo> GrantAsync(GrantRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.GrantAsync(request, token), cancellationToken, request);

    public Task<UserInfo> RevokeAsync(GrantRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.RevokeAsync(request, token), cancellationToken, request);

    // The interface asks for it; what lies behind the relay belongs to the connection, or to the server.
    public void Dispose()
    {
    }
}
