/* SPDX-License-Identifier: MIT */
/* Files of the EFI system partition that the loader was started from.
 * Source: UEFI Specification 2.10, 13.4 and 13.5. */
#include "loader.h"

#include <libbase/fmt.h>
#include <libbase/mem.h>

#include "esp_text.h"

#define NAME_MAX     32u
#define PIECE_BYTES  UINT64_C(0x100000) /* More at once is too much for some firmwares. */
#define LENGTH_MAX   UINT64_C(0x40000000)
#define SEEK_TO_END  UINT64_MAX
#define REPAIR       "Write the disk anew: ./tenon image."
#define HEX_DIGITS   "0123456789abcdef"
#define DIGEST_CHARS (2u * SHA256_BYTES + 1u)

static EFI_FILE_HANDLE root;

void files_open(void)
{
    EFI_GUID image_protocol = EFI_LOADED_IMAGE_PROTOCOL_GUID;
    EFI_GUID disk_protocol = EFI_SIMPLE_FILE_SYSTEM_PROTOCOL_GUID;
    EFI_LOADED_IMAGE *image;
    EFI_FILE_IO_INTERFACE *disk;
    if (EFI_ERROR(
            uefi_boot->HandleProtocol(uefi_image, &image_protocol, (void **)(void *)&image)) ||
        EFI_ERROR(uefi_boot->HandleProtocol(image->DeviceHandle, &disk_protocol,
                                            (void **)(void *)&disk)) ||
        EFI_ERROR(disk->OpenVolume(disk, &root))) {
        fail("the loader was not started from a disk. Start it from the one that ./tenon image "
             "wrote");
    }
}

void files_close(void)
{
    (void)root->Close(root);
}

/* @return NULL if there is none of this name */
static EFI_FILE_HANDLE open(const char *name)
{
    char path[NAME_MAX + PORT_FOLDER_MAX];
    CHAR16 wide[sizeof(path)];
    EFI_FILE_HANDLE file;
    size_t length = tn_format(path, sizeof(path), "%s%s", port_folder, name);
    for (size_t i = 0; i <= length; i++) {
        wide[i] = (CHAR16)path[i];
    }
    EFI_STATUS status = root->Open(root, &file, wide, EFI_FILE_MODE_READ, 0);
    if (status == EFI_NOT_FOUND) {
        return NULL;
    }
    if (EFI_ERROR(status)) {
        fail("%s cannot be opened: the disk is damaged. " REPAIR, path);
    }
    return file;
}

static uint64_t length_of(EFI_FILE_HANDLE file, const char *name)
{
    UINT64 length = 0;
    if (EFI_ERROR(file->SetPosition(file, SEEK_TO_END)) ||
        EFI_ERROR(file->GetPosition(file, &length)) || EFI_ERROR(file->SetPosition(file, 0)) ||
        length > LENGTH_MAX) {
        fail("%s%s is no file that can be read. " REPAIR, port_folder, name);
    }
    return length;
}

static void read_all(EFI_FILE_HANDLE file, const char *name, uint8_t *bytes, uint64_t length)
{
    uint64_t done = 0;
    while (done < length) {
        UINTN piece = length - done < PIECE_BYTES ? length - done : PIECE_BYTES;
        if (EFI_ERROR(file->Read(file, &piece, bytes + done)) || piece == 0) {
            fail("%s%s cannot be read: the disk is damaged. " REPAIR, port_folder, name);
        }
        done += piece;
    }
}

bool files_read(const char *name, struct file *file)
{
    EFI_FILE_HANDLE handle = open(name);
    if (handle == NULL) {
        return false;
    }
    uint64_t length = length_of(handle, name);
    uint8_t *bytes = memory_below(0, length + 1, EfiLoaderData, name);
    read_all(handle, name, bytes, length);
    (void)handle->Close(handle);
    *file = (struct file){.bytes = bytes, .length = (size_t)length};
    return true;
}

static struct file read_needed(const char *name)
{
    struct file file;
    if (!files_read(name, &file)) {
        fail("%s%s is not on the disk. " REPAIR, port_folder, name);
    }
    return file;
}

static void print_digest(const uint8_t digest[SHA256_BYTES], char text[DIGEST_CHARS])
{
    for (size_t i = 0; i < SHA256_BYTES; i++) {
        text[2 * i] = HEX_DIGITS[digest[i] >> 4];
        text[2 * i + 1] = HEX_DIGITS[digest[i] & 15];
    }
    text[DIGEST_CHARS - 1] = '\0';
}

struct file files_read_checked(const char *name, uint8_t digest[SHA256_BYTES])
{
    char digest_name[NAME_MAX];
    char text[DIGEST_CHARS];
    uint8_t wanted[SHA256_BYTES];
    struct file file = read_needed(name);
    (void)tn_format(digest_name, sizeof(digest_name), "%s.sha256", name);
    struct file line = read_needed(digest_name);
    tn_status_t status = esp_text_digest((const char *)line.bytes, line.length, wanted);
    if (status != TN_OK) {
        fail("%s%s holds no SHA-256. " REPAIR, port_folder, digest_name);
    }
    sha256(file.bytes, file.length, digest);
    if (memcmp(digest, wanted, SHA256_BYTES) != 0) {
        print_digest(digest, text);
        fail("%s%s was altered: its SHA-256 is %s, not that in %s. " REPAIR, port_folder, name,
             text, digest_name);
    }
    return file;
}
