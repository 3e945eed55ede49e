using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>Names an account, whatever it is called at the moment.</summary>
/// <param name="Kind"><see cref="CallerKind.User"/> or <see cref="CallerKind.ApiToken"/>.</param>
/// <param name="Id">Its id in the catalog.</param>
internal sealed record AccountReference(CallerKind Kind, string Id);
