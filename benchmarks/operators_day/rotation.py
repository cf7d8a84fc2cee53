"""Key rotation while both replicas run, and keys that are missing, wrong or lost."""

from cryptography.fernet import Fernet

from benchmarks.operators_day import copies
from benchmarks.operators_day.checks import expect, expect_mended, expect_refusal, expect_success
from benchmarks.operators_day.scene import Scene


async def rotate(scene: Scene) -> None:
    """Rotate the key by the guide, with a replica that still writes with the old key while another has rotated."""
    old, new = scene.settings["STEWARD_KEYS"], Fernet.generate_key().decode()
    await _set_one_after_another(scene, "old,new", f"{old},{new}")
    await _set_one_after_another(scene, "new,old", f"{new},{old}")
    await copies.put_message(scene, [old, new], "written with the old key after the rotation")
    await expect(scene, "values of the former key")
    await expect_success(scene, "keys", "rotate", says="Encrypted 1 value")
    await expect_mended(scene, how="after steward keys rotate")
    await expect_success(scene, "keys", "status", says="may be removed")
    await _set_one_after_another(scene, "new", new)
    await expect_mended(scene, how="steward doctor")


async def _set_one_after_another(scene: Scene, name: str, keys: str) -> None:
    scene.settings["STEWARD_KEYS"] = keys
    wrong = []
    for replica in scene.replicas:
        await replica.end()
        replica.settings["STEWARD_KEYS"] = keys
        wrong += [said] if (said := await scene.start_replicas()) else []

    async def is_confirmed() -> bool:
        return await scene.thank(f"an act with {name}")

    wrong += [said] if (said := await scene.wait(is_confirmed, f"an act fails: {scene.last_answer}")) else []
    scene.diary.note(f"STEWARD_KEYS={name}", "one replica after the other, ready", wrong)


async def lose_keys(scene: Scene) -> None:
    """Start without the key, with a malformed and with another one, and write with one that is not known."""
    right = scene.settings["STEWARD_KEYS"]
    other = Fernet.generate_key().decode()
    for name, keys, says in (
        ("missing key", "", "If the database is in use, put its key back"),
        ("malformed key", "not-a-key", "expected Fernet keys"),
        ("wrong key", other, "none of the keys matches this database"),
    ):
        await expect(scene, name, settings={"STEWARD_KEYS": keys})
        await expect_refusal(scene, "run", says=says, settings={"STEWARD_KEYS": keys, "STEWARD_PORT": "0"})
    await expect_mended(scene, how="the key is put back")
    await expect(scene, "values of the former key", settings={"STEWARD_KEYS": f"{other},{right}"})
    await copies.put_message(scene, [other, right], "written with a key that nobody else has")
    await expect(scene, "unreadable values")
    both = {"STEWARD_KEYS": f"{right},{other}"}
    await expect_success(scene, "keys", "rotate", says="Encrypted 1 value", settings=both)
    await expect_mended(scene, how="after the key was added, and keys rotate")
